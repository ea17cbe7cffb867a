"""What can go wrong with a device: code, way out, and whether to try again."""


class DeviceError(Exception):
    """A device did not do what it was asked.

    `code` is stable and has a text in every language; `hint` is a sentence with a way out for the
    person in front of it; `may_retry` says whether the machine may try again by itself.
    """

    code = "device.failed"
    hint = "The device did not answer as expected. Switch it off and on, then try again."
    may_retry = True

    def __init__(
        self,
        detail: str = "",
        *,
        code: str | None = None,
        hint: str | None = None,
        may_retry: bool | None = None,
    ) -> None:
        if code is not None:
            self.code = code
        if hint is not None:
            self.hint = hint
        if may_retry is not None:
            self.may_retry = may_retry
        self.detail = detail
        super().__init__(f"{self.code}: {detail}" if detail else self.code)


class DeviceAbsent(DeviceError):
    """Nothing answers at the address: off, unplugged, or another address."""

    code = "device.absent"
    hint = "The device cannot be reached. Check its power, its cable and its address."


class DeviceBusy(DeviceError):
    """Somebody else holds the device."""

    code = "device.busy"
    hint = "Another till is using the device. It is tried again by itself."


class DeviceTimeout(DeviceError):
    """The device is there and did not answer within its deadline."""

    code = "device.timeout"
    hint = "The device does not answer. Switch it off and on if this stays."


class DeviceLost(DeviceError):
    """The connection ended while it was in use: unplugged, reset, switched off."""

    code = "device.lost"
    hint = "The connection to the device was cut. It is opened again by itself."


class DeviceClosed(DeviceError):
    """The program asked a device that it has closed itself."""

    code = "device.closed"
    hint = "The device is not in use. Open it first."
    may_retry = False


class DeviceForeign(DeviceError):
    """Something else answers at the address: another device, or one that cannot prove who it is."""

    code = "device.foreign"
    hint = "Another device answers at this address, or its certificate is not trusted. Check address and certificate."
    may_retry = False


class AddressRefused(DeviceError):
    """A device address in the settings cannot be understood."""

    code = "device.address-refused"
    hint = "Correct the device address in the settings; drivers/README.md shows the forms."
    may_retry = False


class AccessRefused(DeviceError):
    """The operating system does not let this user open the device."""

    code = "device.access-refused"
    hint = "Give this user the right to the device (on Linux: the groups dialout and lp)."
    may_retry = False


class NotPrintable(DeviceError):
    """A document holds something this printer cannot put on paper truthfully."""

    code = "printer.not-printable"
    hint = "The document holds something this printer cannot print. Choose another profile."
    may_retry = False
