"""What a Generator draws, by an implementation of its own: the values of tests/Takt.Tensors.Tests/Randomness/GeneratorTests.cs. Needs nothing but Python 3."""
import math
import struct

WORD = (1 << 64) - 1


def single(x):
    """Rounded to float32."""
    return struct.unpack("f", struct.pack("f", x))[0]


def logarithm(x):
    """ln x of additions and multiplications alone, which round the same everywhere: the series of 2 artanh z; math.log asks the C library."""
    mantissa, exponent = math.frexp(x)
    mantissa, exponent = 2 * mantissa, exponent - 1
    if mantissa > 1.4142135623730951:
        mantissa, exponent = mantissa / 2, exponent + 1
    z = (mantissa - 1) / (mantissa + 1)
    total = 0.0
    for odd in range(21, 0, -2):
        total = total * (z * z) + 1 / odd
    return exponent * math.log(2) + 2 * z * total


def rotate(x, by):
    return ((x << by) | (x >> (64 - by))) & WORD


class Generator:
    """xoshiro256** with its state filled by SplitMix64."""

    def __init__(self, seed):
        self.state, self.spare = [], None
        for _ in range(4):
            seed = (seed + 0x9E3779B97F4A7C15) & WORD
            z = ((seed ^ (seed >> 30)) * 0xBF58476D1CE4E5B9) & WORD
            z = ((z ^ (z >> 27)) * 0x94D049BB133111EB) & WORD
            self.state.append(z ^ (z >> 31))

    def word(self):
        s = self.state
        result, shifted = rotate(s[1] * 5 & WORD, 7) * 9 & WORD, s[1] << 17 & WORD
        s[2] ^= s[0]
        s[3] ^= s[1]
        s[1] ^= s[2]
        s[0] ^= s[3]
        s[2] ^= shifted
        s[3] = rotate(s[3], 45)
        return result

    def next_single(self):
        return (self.word() >> 40) / (1 << 24)

    def next_double(self):
        return (self.word() >> 11) / (1 << 53)

    def next_int(self, end):
        """Lemire's multiplication; draws whose lower half is below 2^32 mod end would favour some outcomes."""
        while True:
            product = (self.word() >> 32) * end
            if product % (1 << 32) >= (1 << 32) % end:
                return product >> 32

    def next_normal(self):
        """Marsaglia's polar method."""
        if self.spare is not None:
            spare, self.spare = self.spare, None
            return spare
        square = 0
        while not 0 < square < 1:
            u, v = 2 * self.next_double() - 1, 2 * self.next_double() - 1
            square = u * u + v * v
        scale = math.sqrt(-2 * logarithm(square) / square)
        self.spare = v * scale
        return u * scale

    def shuffle(self, items):
        for i in range(len(items) - 1, 0, -1):
            j = self.next_int(i + 1)
            items[i], items[j] = items[j], items[i]
        return items


def show(name, draw):
    g = Generator(7)
    print(name, [draw(g) for _ in range(12)])


show("single", Generator.next_single)
show("double", Generator.next_double)
show("int of 10", lambda g: g.next_int(10))
show("int of 1,500,000,000, which refuses some draws", lambda g: g.next_int(1_500_000_000))
show("normal", Generator.next_normal)
show("bool of 0.3", lambda g: g.next_double() < 0.3)
print("shuffle", Generator(7).shuffle(list(range(12))))
parent = Generator(7)
child = Generator(parent.word())
print("split", [child.word() for _ in range(3)], [parent.word() for _ in range(3)])
show("uniform of 0.5", lambda g: single(0.5 * single(single(2 * g.next_single()) - 1)))
show("normal of 2 as float32", lambda g: single(2 * g.next_normal()))
show("dropout of 0.25", lambda g: 0 if g.next_single() < 0.25 else single(1 / 0.75))
