using Takt.Protocols.Problems;

namespace Takt.Tensors;

/// <summary>Tensors do not fit together. The message names the operation, the shapes found, what would fit and the way out.</summary>
public sealed class ShapeException : InputException
{
    /// <summary>An operation found shapes that it cannot work on.</summary>
    /// <param name="operation">Its name as the caller wrote it: <c>MatMul</c>.</param>
    /// <param name="found">The shapes and what is wrong with them: <c>left [32, 784] ends in 784, right [128, 10] begins with 128</c>.</param>
    /// <param name="expected">What would fit.</param>
    /// <param name="wayOut">What to do about it.</param>
    public ShapeException(string operation, string found, string expected, string wayOut)
        : base(new Problem(found, expected, wayOut, operation)) { }
}
