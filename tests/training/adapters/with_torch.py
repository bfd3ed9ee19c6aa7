"""A small network of PyTorch, with its own training loop."""

from __future__ import annotations

import numpy as np
import torch
from features import matrix
from sklearn.model_selection import train_test_split


def fit(frame, target, seed=7):
    rows = matrix(frame)
    train, _, labels, _ = train_test_split(rows, target, test_size=0.2, random_state=seed, stratify=target)
    middle, width = train.mean(axis=0), train.std(axis=0)
    width = np.where(width > 0, width, 1.0)
    torch.manual_seed(seed)
    net = torch.nn.Sequential(torch.nn.Linear(train.shape[1], 32), torch.nn.ReLU(), torch.nn.Linear(32, 1))
    optimizer = torch.optim.Adam(net.parameters(), lr=0.02)
    given = torch.as_tensor((train - middle) / width, dtype=torch.float32)
    truth = torch.as_tensor(np.asarray(labels), dtype=torch.float32)
    losses = []
    for _ in range(150):
        optimizer.zero_grad()
        loss = torch.nn.functional.binary_cross_entropy_with_logits(net(given)[:, 0], truth)
        loss.backward()
        optimizer.step()
        losses.append(loss.item())
    return {"net": net.eval(), "middle": middle, "width": width, "losses": losses}


def predict(model, frame):
    given = torch.as_tensor((matrix(frame) - model["middle"]) / model["width"], dtype=torch.float32)
    with torch.no_grad():
        return torch.sigmoid(model["net"](given)[:, 0])


def losses(model):
    return model["losses"]
