"""The same input and the same leak with hard reset, soft reset and none: what dropping the reset does."""
