"""Random layers in the notation, and the verdict on what symbp makes of them."""
