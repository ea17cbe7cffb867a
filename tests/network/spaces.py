"""Network namespaces: one for the hub, one for each till, each joined to the hub by a line of its own, and what befalls lines."""

import os
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

NFT_LINE = "apt-get install --no-install-recommends -y nftables iproute2"


def run(*argv: str, stdin: str = "") -> None:
    """Run a tool of the system; raises with what it said."""
    done = subprocess.run(argv, input=stdin, capture_output=True, text=True, check=False)
    if done.returncode:
        raise OSError(f"{' '.join(argv)}: {done.stderr.strip()} {stdin}")


def why_not(tools: tuple[str, ...] = ("ip",)) -> str:
    """Why there can be no namespaces here; empty when there can."""
    if os.geteuid() != 0:
        return "network namespaces need root"
    missing = [tool for tool in tools if shutil.which(tool) is None]
    if missing:
        return f"{', '.join(missing)} is missing: {NFT_LINE}"
    name = f"tb{os.getpid()}probe"
    try:
        run("ip", "netns", "add", name)
        run("ip", "netns", "del", name)
    except OSError as error:
        return f"no network namespaces on this machine: {error}"
    return ""


@dataclass(frozen=True)
class Spaces:
    """The namespaces of a run and their addresses."""

    mark: str
    tills: int

    @property
    def hub(self) -> str:
        """The hub's namespace."""
        return f"tb{self.mark}h"

    def till(self, number: int) -> str:
        """A till's namespace; they are numbered from 1."""
        return f"tb{self.mark}t{number}"

    def hub_address(self, number: int) -> str:
        """The hub's address on a till's line."""
        return f"192.0.2.{16 * number + 1}"

    def till_address(self, number: int) -> str:
        """A till's address."""
        return f"192.0.2.{16 * number + 2}"

    def make(self) -> None:
        """Make all of them."""
        run("ip", "netns", "add", self.hub)
        run("ip", "-n", self.hub, "link", "set", "lo", "up")
        for number in range(1, self.tills + 1):
            space, device = self.till(number), self.device(number)
            run("ip", "netns", "add", space)
            run("ip", "link", "add", device, "netns", self.hub, "type", "veth", "peer", "name", "line", "netns", space)
            run("ip", "-n", self.hub, "addr", "add", f"{self.hub_address(number)}/28", "dev", device)
            run("ip", "-n", space, "addr", "add", f"{self.till_address(number)}/28", "dev", "line")
            for where, what in ((self.hub, device), (space, "line"), (space, "lo")):
                run("ip", "-n", where, "link", "set", what, "up")

    def moved_address(self, number: int) -> str:
        """Where the hub moves to on a till's line."""
        return f"192.0.2.{16 * number + 3}"

    def device(self, number: int) -> str:
        """The hub's end of a till's line."""
        return f"line{number}"

    def remove(self) -> None:
        """Remove all of them, and what was written for them."""
        for space in (self.hub, *map(self.till, range(1, self.tills + 1))):
            subprocess.run(["ip", "netns", "del", space], capture_output=True, check=False)
            shutil.rmtree(Path("/etc/netns") / space, ignore_errors=True)

    # What befalls lines

    def rules(self, *rules: str) -> None:
        """Rules of nftables in the hub's namespace, for everything that comes in or goes out by a line."""
        chains = {"in": ("input", "iifname"), "out": ("output", "oifname")}
        text = "flush ruleset\ntable inet faults {\n"
        for chain, (hook, device) in chains.items():
            text += f"chain {chain} {{ type filter hook {hook} priority 0;\n"
            for rule in rules:
                where, _, what = rule.partition(" ")
                text += f'{device} != "lo" {what}\n' if where == chain else ""
            text += "}\n"
        run("ip", "netns", "exec", self.hub, "nft", "-f", "-", stdin=text + "}\n")

    def rate(self, kbit: int) -> None:
        """Let so much through each line, either way."""
        for number in range(1, self.tills + 1):
            for space, device in ((self.hub, self.device(number)), (self.till(number), "line")):
                shape = ("root", "tbf", "rate", f"{kbit}kbit", "burst", "4kb", "latency", "400ms")
                run("tc", "-n", space, "qdisc", "replace", "dev", device, *shape)

    def no_rate(self) -> None:
        """Let everything through at once again."""
        for number in range(1, self.tills + 1):
            for space, device in ((self.hub, self.device(number)), (self.till(number), "line")):
                subprocess.run(["tc", "-n", space, "qdisc", "del", "dev", device, "root"], capture_output=True, check=False)

    def link(self, number: int, state: str) -> None:
        """Pull a till's plug (`down`) or put it back (`up`)."""
        run("ip", "-n", self.till(number), "link", "set", "line", state)

    def answers_get_lost(self, number: int, lost: bool) -> None:
        """What the hub says to a till goes nowhere, while it hears all that the till says."""
        verb = "add" if lost else "del"
        run("ip", "-n", self.hub, "route", verb, "blackhole", f"{self.till_address(number)}/32")

    def move_hub(self, number: int) -> None:
        """Give the hub another address on a till's line, and take away the one that it had."""
        run("ip", "-n", self.hub, "addr", "del", f"{self.hub_address(number)}/28", "dev", self.device(number))
        run("ip", "-n", self.hub, "addr", "add", f"{self.moved_address(number)}/28", "dev", self.device(number))

    def resolver(self, number: int, host: str) -> None:
        """Where a till's namespace asks for names. Takes effect for processes that are started after it."""
        home = Path("/etc/netns") / self.till(number)
        home.mkdir(parents=True, exist_ok=True)
        (home / "resolv.conf").write_text(f"nameserver {host}\noptions timeout:1 attempts:1\n")


@contextmanager
def spaces(tills: int) -> Iterator[Spaces]:
    """Namespaces for the hub and so many tills, which are gone afterwards."""
    made = Spaces(str(os.getpid()), tills)
    made.remove()
    try:
        made.make()
        yield made
    finally:
        made.remove()
