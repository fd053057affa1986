using Takt.Graphs.Plans.Compiling;
using Takt.Protocols.Problems;

namespace Takt.Graphs.Plans;

/// <summary>A node and the kernel that computes it.</summary>
sealed record Step(Node Node, Kernel Kernel)
{
    /// <summary>Runs it; what goes wrong says at which node.</summary>
    public void Run(Call call) => Run(Kernel, call, Node);

    /// <inheritdoc cref="Run(Call)"/>
    public static void Run(Kernel kernel, Call call, Node node)
    {
        try
        {
            kernel.Run(call);
        }
        catch (InputException wrong) when (wrong is not StorageLimitException && wrong.Problems is [{ Where: null } problem])
        {
            throw node.Wrong(problem.Found, problem.Expected, problem.WayOut);
        }
        catch (StorageLimitException large) when (large.Problems is [{ Where: null } problem])
        {
            throw new StorageLimitException(node.Wrong(problem.Found, problem.Expected, problem.WayOut).Problems[0]);
        }
        catch (OverflowException)
        {
            throw node.Wrong("sizes too large to multiply", $"at most {Array.MaxLength:N0} elements");
        }
        catch (Exception beyond) when (beyond is ArgumentException or IndexOutOfRangeException or DivideByZeroException or NullReferenceException)
        {
            // Spans stop at their ends, so nothing was read or written beyond them: a damaged model asks for what no kernel foresaw.
            throw node.Wrong($"inputs that do not go together ({beyond.GetType().Name})", "a whole model", "If ONNX Runtime answers them, this is a fault of Takt: please report it with the model.");
        }
    }
}
