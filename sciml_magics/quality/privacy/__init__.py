"""Personal data: find it in texts, show it for review, and put pseudonyms in its place."""
