"""The notes and coins of the euro, for the countries that pay with it."""

NOTES_MINOR = (500, 1_000, 2_000, 5_000, 10_000)
"""Notes that shoppers hand over, for the quick amounts."""

DENOMINATIONS_MINOR = (10_000, 5_000, 2_000, 1_000, 500, 200, 100, 50, 20, 10, 5)
"""What a float is counted in."""

COUNTED_MINOR = (20_000, *DENOMINATIONS_MINOR)
"""What a drawer is counted in at its close: shoppers also bring 200 euro. Larger notes, and 1 and 2 cents, count as other cash."""

LEAST_NOTE_MINOR = 500
"""The smallest note; what is worth less is a coin."""
