"""What there is: plain records of parameters, without torch."""
