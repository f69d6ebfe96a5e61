"""Pay-back of the programme, week by week."""
