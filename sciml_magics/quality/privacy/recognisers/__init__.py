"""What patterns cannot find: rules over words, their spelling, their lists and their context."""
