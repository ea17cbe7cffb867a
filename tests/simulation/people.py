"""Who works in the simulated shop."""

from argon2.low_level import Type, hash_secret

from kiosk.domain.staff import CASHIER, Employee

PIN = "2580"
_HASH = hash_secret(PIN.encode(), b"simulated shop", 1, 8, 1, 16, Type.ID).decode()
"""Cheap, and the same in every process."""

STAFF = tuple(Employee(f"E{number}", f"Person {number}", CASHIER, "", _HASH) for number in range(1, 6))
