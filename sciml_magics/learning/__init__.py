"""Learning: what people answered teaches the next model, and shows how good it is."""
