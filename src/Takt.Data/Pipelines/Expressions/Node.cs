namespace Takt.Data.Pipelines.Expressions;

/// <summary>One part of an expression.</summary>
abstract class Node
{
    public abstract double At(double[][] inputs, int row);
}

sealed class NumberNode(double value) : Node
{
    public override double At(double[][] inputs, int row) => value;
}

sealed class ColumnNode(int input) : Node
{
    public override double At(double[][] inputs, int row) => inputs[input][row];
}

sealed class NegateNode(Node inner) : Node
{
    public override double At(double[][] inputs, int row) => -inner.At(inputs, row);
}

sealed class AddNode(Node left, Node right) : Node
{
    public override double At(double[][] inputs, int row) => left.At(inputs, row) + right.At(inputs, row);
}

sealed class SubtractNode(Node left, Node right) : Node
{
    public override double At(double[][] inputs, int row) => left.At(inputs, row) - right.At(inputs, row);
}

sealed class MultiplyNode(Node left, Node right) : Node
{
    public override double At(double[][] inputs, int row) => left.At(inputs, row) * right.At(inputs, row);
}

sealed class DivideNode(Node left, Node right) : Node
{
    public override double At(double[][] inputs, int row) => left.At(inputs, row) / right.At(inputs, row);
}

sealed class PowerNode(Node left, Node right) : Node
{
    public override double At(double[][] inputs, int row) => Math.Pow(left.At(inputs, row), right.At(inputs, row));
}

/// <summary>A function of one number.</summary>
sealed class FunctionNode(Func<double, double> function, Node inner) : Node
{
    public override double At(double[][] inputs, int row) => function(inner.At(inputs, row));
}

/// <summary>A function of two or more numbers, taken from the left: max(a, b, c) = max(max(a, b), c).</summary>
sealed class FoldNode(Func<double, double, double> function, Node[] inner) : Node
{
    public override double At(double[][] inputs, int row)
    {
        double value = inner[0].At(inputs, row);
        for (int i = 1; i < inner.Length; i++) value = function(value, inner[i].At(inputs, row));
        return value;
    }
}
