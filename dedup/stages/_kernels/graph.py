"""Matches as a graph: components, and clusters around centres."""

import heapq

import numpy as np
from numba import njit


@njit(nogil=True, cache=True)
def components(size, a, b):
    """Return for each node the least node it is connected to, int64[size]."""
    root = np.arange(size)
    for edge in range(a.shape[0]):
        one = _find(root, a[edge])
        two = _find(root, b[edge])
        root[max(one, two)] = min(one, two)
    for node in range(size):
        root[node] = _find(root, node)
    return root


@njit(nogil=True, cache=True)
def _find(root, node):
    """Return the root of `node`, halving the path to it."""
    while root[node] != node:
        root[node] = root[root[node]]
        node = root[node]
    return node


@njit(nogil=True, cache=True)
def adjacency(size, a, b):
    """Return (starts int64[size + 1], neighbours int64[2 m]) of an undirected graph."""
    starts = np.zeros(size + 1, np.int64)
    for edge in range(a.shape[0]):
        starts[a[edge] + 1] += 1
        starts[b[edge] + 1] += 1
    starts = np.cumsum(starts)
    filled = starts.copy()
    neighbours = np.empty(2 * a.shape[0], np.int64)
    for edge in range(a.shape[0]):
        neighbours[filled[a[edge]]] = b[edge]
        filled[a[edge]] += 1
        neighbours[filled[b[edge]]] = a[edge]
        filled[b[edge]] += 1
    return starts, neighbours


@njit(nogil=True, cache=True)
def around_centres(starts, neighbours, lengths, late, apart_starts, apart):
    """Return for each node the centre of its cluster, int64[n]; a node alone is its own.

    Again and again the node with the most matches left, then the longest, then the least, becomes a centre
    and takes all it matches, in their order, but for those that must be apart (an adjacency like that of the
    matches) from what it has; the nodes that are `late` come after all others. Linear but for a heap.
    """
    size = starts.shape[0] - 1
    centre = np.full(size, -1, np.int64)
    degree = starts[1:] - starts[:-1]
    heap = [(late[node], -degree[node], -lengths[node], node) for node in range(size) if degree[node] > 0]
    heapq.heapify(heap)
    while len(heap) > 0:
        _, claimed, _, node = heapq.heappop(heap)
        if centre[node] >= 0 or degree[node] == 0:
            continue
        if -claimed != degree[node]:  # some of its matches joined other centres meanwhile
            heapq.heappush(heap, (late[node], -degree[node], -lengths[node], node))
            continue
        centre[node] = node
        for edge in range(starts[node], starts[node + 1]):
            member = neighbours[edge]
            if centre[member] >= 0:
                continue
            degree[member] -= 1
            if _parted(apart_starts, apart, centre, member, node):
                continue
            centre[member] = node
            for other in range(starts[member], starts[member + 1]):
                degree[neighbours[other]] -= 1
    for node in range(size):
        if centre[node] < 0:
            centre[node] = node
    return centre


@njit(nogil=True, cache=True)
def _parted(apart_starts, apart, centre, member, node):
    """Return whether a member must be apart from something in the cluster of `node`."""
    return (centre[apart[apart_starts[member] : apart_starts[member + 1]]] == node).any()


@njit(nogil=True, cache=True)
def reach(starts, neighbours, centre, root, sizes, full):
    """Return pairs (one, two) that clusters would like confirmed, some of them known already, with repeats.

    In a component of up to `full` nodes that is every pair; in a larger one each centre with whatever
    matches one of its members.
    """
    wanted_a = [np.int64(0) for _ in range(0)]
    wanted_b = [np.int64(0) for _ in range(0)]
    size = centre.shape[0]
    order = np.argsort(root, kind="mergesort")
    begin = 0
    while begin < size:
        stop = begin + sizes[root[order[begin]]]
        if stop - begin <= full:
            for i in range(begin, stop):
                for j in range(begin, i):
                    wanted_a.append(order[j])
                    wanted_b.append(order[i])
        else:
            for i in range(begin, stop):
                member = order[i]
                middle = centre[member]
                if member == middle:
                    continue
                for edge in range(starts[member], starts[member + 1]):
                    other = neighbours[edge]
                    if other != middle:
                        wanted_a.append(min(middle, other))
                        wanted_b.append(max(middle, other))
        begin = stop
    return np.array(wanted_a), np.array(wanted_b)
