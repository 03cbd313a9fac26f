"""The workloads in PyTorch, eagerly, as its users write them; loops stand in Python."""

import math

import data
import numpy as np
import torch
import torch.nn.functional as F


def network(sizes, activation):
    modules = []
    for w, b in data.layers(sizes):
        linear = torch.nn.Linear(*w.shape)
        with torch.no_grad():
            linear.weight.copy_(torch.from_numpy(w.T.copy()))
            linear.bias.copy_(torch.from_numpy(b))
        modules += [linear, activation()]
    return torch.nn.Sequential(*modules[:-1])


class Energy(torch.nn.Module):
    def __init__(self, hidden):
        super().__init__()
        self.net = network(data.energy_sizes(hidden), torch.nn.SiLU)

    def forward(self, x):
        return self.net(x).squeeze(-1)


def loss(energy, points, samples):
    high, low = energy(points), energy(samples)
    return high.mean() - low.mean() + data.REGULARIZATION * (high**2 + low**2).mean()


def walk(energy, x, sizes, noisy=True):
    for h in sizes:
        x = x.detach().requires_grad_(True)
        (gradient,) = torch.autograd.grad(energy(x).sum(), x)
        x = x.detach() - h / 2 * gradient
        if noisy:
            x = x + math.sqrt(h) * torch.randn_like(gradient)
    return x


def without_gradients(energy):
    for p in energy.parameters():
        p.requires_grad_(False)
    return energy


def squares(tensors):
    return data.sum_of_squares([t.numpy() for t in tensors])


def training(hidden, chains, steps):
    energy = Energy(hidden)
    optimizer = torch.optim.Adam(energy.parameters(), data.LEARNING_RATE)
    points = torch.from_numpy(data.points(data.BATCHES * chains)).reshape(data.BATCHES, chains, 2)
    sizes = np.linspace(*data.ANNEALED, steps).tolist()
    losses = []

    def call():
        x = torch.rand(chains, 2) * 8 - 4
        for p in energy.parameters():
            p.requires_grad_(False)
        x = walk(energy, x, sizes)
        for p in energy.parameters():
            p.requires_grad_(True)
        value = loss(energy, points[len(losses) % data.BATCHES], x)
        optimizer.zero_grad()
        value.backward()
        optimizer.step()
        losses.append(value.item())

    def answers():
        fresh = Energy(hidden)
        value = loss(fresh, points[0], points[1])
        gradient = torch.autograd.grad(value, list(fresh.parameters()))
        return {
            "energy": fresh(points[0]).mean().item(),
            "loss": value.item(),
            "gradient": squares(gradient),
            "firstLoss": losses[0],
        }

    return {"call": call, "answers": answers}


def sampling(hidden, chains, steps):
    energy = without_gradients(Energy(hidden))
    start = torch.from_numpy(data.starts(chains))
    call = lambda: walk(energy, start, [data.PLAIN_STEP] * steps).numpy()

    def answers():
        return {
            "energy": energy(start).mean().item(),
            "meanSquare": float(np.square(call()).sum(1).mean()),
        }

    return {"call": call, "answers": answers}


def classifier(batch, inputs, hidden, classes):
    net = network([inputs, hidden, hidden, classes], torch.nn.ReLU)
    params = list(net.parameters())
    x = torch.from_numpy(data.images(batch, inputs))
    y = torch.from_numpy(data.labels(batch, classes))

    def call():
        value = F.cross_entropy(net(x), y)
        return value.item(), torch.autograd.grad(value, params)

    def answers():
        value, gradient = call()
        return {"loss": value, "gradient": squares(gradient)}

    return {"call": call, "answers": answers}


def product(size):
    a, b = torch.from_numpy(data.left_factor(size)), torch.from_numpy(data.right_factor(size))
    call = lambda: (a @ b).numpy()
    return {"call": call, "answers": lambda: data.product_answers(call())}


def slope_of_scalar():
    def call():
        x = torch.tensor(data.SCALAR_POINT, requires_grad=True)
        (torch.sin(x) * x).backward()
        return x.grad.item()

    return {"call": call, "answers": lambda: {"slope": call()}}


def long_sum(x):
    return (torch.sin(x) * torch.exp(-x * x) + torch.tanh(x)).sum()


def long_value(size):
    x = torch.from_numpy(data.long_vector(size))
    call = lambda: long_sum(x).item()
    return {"call": call, "answers": lambda: {"value": call()}}


def long_gradient(size):
    values = torch.from_numpy(data.long_vector(size))

    def call():
        x = values.detach().requires_grad_(True)
        return torch.autograd.grad(long_sum(x), x)[0].numpy()

    return {"call": call, "answers": lambda: data.gradient_answers(call())}


def hessians(hidden, points):
    """Two backward passes through the gradient, one for each of its components."""
    energy = Energy(hidden)
    values = torch.from_numpy(data.points(points))

    def call():
        x = values.clone().requires_grad_(True)
        (gradient,) = torch.autograd.grad(energy(x).sum(), x, create_graph=True)
        rows = [torch.autograd.grad(gradient[:, i].sum(), x, retain_graph=True)[0] for i in range(2)]
        return torch.stack(rows, 1).numpy()

    return {"call": call, "answers": lambda: data.hessian_answers(call())}


def long_chain(hidden, steps):
    energy = without_gradients(Energy(hidden))
    start = torch.tensor([data.CHAIN_START])
    taken = min(steps, 1000)

    def answers():
        x, y = walk(energy, start, [data.PLAIN_STEP] * data.DESCENT_STEPS, noisy=False)[0].tolist()
        return {"x": x, "y": y}

    call = lambda: walk(energy, start, [data.PLAIN_STEP] * taken).numpy()
    return {"call": call, "answers": answers, "share": taken / steps}


WORKLOADS = {
    "W1": training,
    "W1b": training,
    "W2": sampling,
    "W3": classifier,
    "W4": product,
    "W5 eager": slope_of_scalar,
    "W6 value": long_value,
    "W6 grad": long_gradient,
    "W7": hessians,
    "W8": long_chain,
}
