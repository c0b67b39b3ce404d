"""The equations of the paper once more, as loops over plain Python numbers: what the neurons are held to.

Slow on purpose and written without torch's arithmetic. Every sequence is a float64 numpy array `[T, N]`.
"""

from __future__ import annotations

import math

import numpy as np


def heaviside(x: float) -> float:
    return 1.0 if x >= 0 else 0.0


def atan_slope(x: float, alpha: float = 2.0) -> float:
    return alpha / (2 * (1 + (math.pi * alpha * x / 2) ** 2))


def vanilla(x, tau=None, decay_input=True, v_threshold=1.0, v_reset=0.0, reset="hard"):
    """H, S, V of IF (`tau` is None) or LIF, one neuron and one time-step after the other."""
    x = np.asarray(x, dtype=np.float64)
    h, s, v = np.zeros_like(x), np.zeros_like(x), np.zeros_like(x)
    for n in range(x.shape[1]):
        membrane = v_reset
        for t in range(x.shape[0]):
            if tau is None:
                charge = membrane + x[t, n]
            elif decay_input:
                charge = membrane + (1 / tau) * (x[t, n] - (membrane - v_reset))
            else:
                charge = membrane - (1 / tau) * (membrane - v_reset) + x[t, n]
            spike = heaviside(charge - v_threshold)
            if reset == "hard":
                membrane = v_reset if spike else charge
            elif reset == "soft":
                membrane = charge - v_threshold if spike else charge
            else:
                membrane = charge
            h[t, n], s[t, n], v[t, n] = charge, spike, membrane
    return h, s, v


def closed_form(T, tau=None, decay_input=True):
    w = np.zeros((T, T))
    for t in range(T):
        for i in range(t + 1):
            if tau is None:
                w[t, i] = 1.0
            else:
                w[t, i] = (1 - 1 / tau) ** (t - i) * (1 / tau if decay_input else 1.0)
    return w


def mask(T, k, lambda_=1.0):
    m = np.zeros((T, T))
    for i in range(T):
        for j in range(T):
            inside = 1.0 if j <= i <= j + k - 1 else 0.0
            m[i, j] = lambda_ * inside + (1 - lambda_) * 1.0
    return m


def product(w, x):
    """H[t] = Σ_i W[t, i]·X[i]."""
    h = np.zeros((len(w), x.shape[1]))
    for t in range(len(w)):
        for i in range(len(x)):
            for n in range(x.shape[1]):
                h[t, n] += w[t, i] * x[i, n]
    return h


def sliding(w, x):
    """H[t] = Σ_i W_i·X[t − k + 1 + i] with X = 0 before the start."""
    k = len(w)
    h = np.zeros_like(x)
    for t in range(len(x)):
        for i in range(k):
            if t - k + 1 + i >= 0:
                h[t] += w[i] * x[t - k + 1 + i]
    return h


def fire(h, threshold):
    """S[t] = Θ(H[t] − B[t]), B one number or one per step."""
    b = np.broadcast_to(np.asarray(threshold, dtype=np.float64), (len(h),))
    return np.array([[heaviside(h[t, n] - b[t]) for n in range(h.shape[1])] for t in range(len(h))]).reshape(h.shape)
