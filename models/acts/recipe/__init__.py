"""How the model of acts is made: sentences in, weights and working points out. Not part of the wheel."""
