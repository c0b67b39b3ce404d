"""How fast the neurons are: measured on this machine, or stored with the name of the machine it was measured on."""
