"""How a picture is wanted, and what it says: its options, formats, titles, sums, sentences."""
