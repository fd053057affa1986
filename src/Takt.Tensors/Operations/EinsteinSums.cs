namespace Takt.Tensors;

/// <summary>Sums of products named by their axes (Einstein's notation).</summary>
public static class EinsteinSums
{
    extension(Tensor left)
    {
        /// <summary>Product of two tensors by the letters of their axes, summed over those that the result does not name: <c>a.Einsum("bik,bjk->bij", b)</c>. Permutations, sums and one batched matrix product, so gradients flow.</summary>
        /// <param name="equation">Letters of the left axes, of the right axes, and of the result; a letter once in each.</param>
        /// <param name="right">The other tensor.</param>
        /// <exception cref="ShapeException">The equation does not fit the shapes.</exception>
        public Tensor Einsum(string equation, Tensor right)
        {
            string[] sides = equation.Replace(" ", "", StringComparison.Ordinal).Split("->"), inputs = sides[0].Split(',');
            if (sides.Length != 2 || inputs.Length != 2) throw Wrong(equation, left, right, "two inputs and a result, as in ik,kj->ij");
            var (a, b, result) = (inputs[0], inputs[1], sides[1]);
            if (a.Length != left.Shape.Rank || b.Length != right.Shape.Rank || Repeats(a) || Repeats(b) || Repeats(result) || result.Any(letter => !a.Contains(letter) && !b.Contains(letter)))
                throw Wrong(equation, left, right, "a letter for each axis, once on each side, and no new ones in the result");
            if (a.Where(b.Contains).Any(letter => left.Shape[a.IndexOf(letter)] != right.Shape[b.IndexOf(letter)]))
                throw Wrong(equation, left, right, "equal sizes where a letter stands on both sides");

            string batch = Letters(a, letter => b.Contains(letter) && result.Contains(letter)), inner = Letters(a, letter => b.Contains(letter) && !result.Contains(letter));
            string rows = Letters(a, letter => !b.Contains(letter) && result.Contains(letter)), columns = Letters(b, letter => !a.Contains(letter) && result.Contains(letter));
            Tensor x = Arrange(left, a, batch + rows + inner), y = Arrange(right, b, batch + inner + columns);
            int[] sizes = [.. (batch + rows + columns).Select(Size)];
            var product = x.Reshape(Product(batch), Product(rows), Product(inner)).MatMul(y.Reshape(Product(batch), Product(inner), Product(columns))).Reshape(sizes);
            return Arrange(product, batch + rows + columns, result);

            int Size(char letter) => a.Contains(letter) ? left.Shape[a.IndexOf(letter)] : right.Shape[b.IndexOf(letter)];
            int Product(string letters) => letters.Aggregate(1, (size, letter) => size * Size(letter));
        }
    }

    /// <summary>Sums the axes that nobody asks for and brings the others into order.</summary>
    static Tensor Arrange(Tensor x, string letters, string wanted)
    {
        int[] gone = [.. Enumerable.Range(0, letters.Length).Where(i => !wanted.Contains(letters[i]))];
        if (gone.Length > 0) x = x.Sum(gone);
        string left = Letters(letters, wanted.Contains);
        return left == wanted ? x : x.Permute([.. wanted.Select(letter => left.IndexOf(letter))]);
    }

    static string Letters(string all, Func<char, bool> keep) => new([.. all.Where(keep)]);

    static bool Repeats(string letters) => letters.Distinct().Count() != letters.Length;

    static ShapeException Wrong(string equation, Tensor left, Tensor right, string expected) =>
        new("Einsum", $"'{equation}' for {left.Shape} and {right.Shape}", expected, "Check the letters.");
}
