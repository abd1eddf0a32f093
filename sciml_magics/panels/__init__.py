"""What people touch and see: progress, plans, summaries."""
