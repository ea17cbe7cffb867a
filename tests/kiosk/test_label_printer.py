"""A terminal with a label printer: its settings name it, its own spool serves it, and it is let go with the terminal."""

from pathlib import Path

from drivers.simulated.labels.device import SimulatedLabelPrinter
from kiosk.apps import enrolment
from kiosk.apps.terminal import Terminal
from kiosk.store import spool
from kiosk.store.spool import JobKind, SpoolState
from tests.journeys.support import Ear
from tests.sync.hub.support import running_hub


def test_labels_in_the_spool_come_out_of_the_printer_that_the_settings_name(tmp_path: Path) -> None:
    with running_hub(tmp_path / "hub") as hub, SimulatedLabelPrinter() as lab:
        enrolment.enrol(tmp_path / "till", hub.url, hub.code("1"), lambda step, percent: None)
        setting = f'label_printer = "zpl+tcp://127.0.0.1:{lab.address[1]}"\n'
        file = tmp_path / "till" / "terminal.toml"
        kept = file.read_text("utf-8").splitlines() if file.exists() else []
        file.write_text("\n".join([*(line for line in kept if not line.startswith("label_printer")), setting]), "utf-8")
        till = Terminal(tmp_path / "till", Ear())
        try:
            assert till.labels is not None and till.labels.trouble() == ""
            now_ms, data = till.counter.now_ms(), b"^XA^FO0,0^FDone^FS^XZ"
            job = till.ledger.run(
                lambda conn: spool.enqueue(
                    conn, printer="label", kind=JobKind.REPORT, key="k", data=data, plain_text="one", at_ms=now_ms
                )
            )
            till.start()
            with lab.changed:
                assert lab.changed.wait_for(lambda: lab.labels, 30)
        finally:
            till.close()
        again = Terminal(tmp_path / "till", Ear())
        try:
            found = again.ledger.run(lambda conn: spool.job(conn, job.job_id))
            assert found is not None and found.state in (SpoolState.CONFIRMED, SpoolState.UNCERTAIN)
        finally:
            again.close()
