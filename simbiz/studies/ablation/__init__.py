"""Ablation: what each mechanism contributes to the effect of the programme."""
