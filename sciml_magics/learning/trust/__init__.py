"""How far a model's scores can be trusted: calibration, label sets, acceptance."""
