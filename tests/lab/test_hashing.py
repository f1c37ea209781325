"""XAPI's hash tables list references in an order of their own, and clients see it."""

from __future__ import annotations

from xenferry.lab.hashing import hash_of, in_table

NEWEST_FIRST = (
    "7c8f3e0d-5ad0-de0f-3054-9cb706d4ba09",
    "f3764fec-b219-df00-ccba-5a9352b81020",
    "a1889449-4253-3adf-225d-0a8e6e0c8702",
    "e7630e07-6c21-d729-b080-aac970ab60fc",
    "738eef91-5f6c-e592-947d-472a502968d8",
    "31bd397b-a45b-0e68-2474-1a983470ca07",
    "7ce204ef-17b8-d348-003c-d1c5a5e7eeb6",
    "2f37acf5-80f3-a94b-51f3-f45c4fba3c28",
    "a5e0dc42-762b-8be0-1f51-8868803bb62c",
    "2920235e-a450-2d18-5041-af2c7a1b1eb0",
    "c0c05cbd-5b86-fd4f-df22-36d3217b82aa",
)
LISTED = ("738eef91", "31bd397b", "f3764fec", "a1889449", "7ce204ef", "e7630e07", "2f37acf5", "a5e0dc42", "c0c05cbd",
          "2920235e", "7c8f3e0d")  # fmt: skip
"""The first words of the same references as a real evacuation plan went through them."""


def test_references_come_in_the_order_of_a_real_plan() -> None:
    found = in_table(f"OpaqueRef:{each}" for each in NEWEST_FIRST)
    assert [ref.removeprefix("OpaqueRef:")[:8] for ref in found] == list(LISTED)


def test_a_table_grows_when_it_is_full() -> None:
    refs = [f"OpaqueRef:{number}" for number in range(33)]
    assert [hash_of(ref) % 32 for ref in in_table(refs)] == sorted(hash_of(ref) % 32 for ref in refs)
    assert [hash_of(ref) % 16 for ref in in_table(refs[:32])] == sorted(hash_of(ref) % 16 for ref in refs[:32])
