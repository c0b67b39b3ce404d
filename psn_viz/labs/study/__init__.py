"""Every stored run of the studies: accuracies over what the neurons differ in, and two of them compared."""
