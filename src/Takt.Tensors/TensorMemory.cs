namespace Takt.Tensors;

/// <summary>The memory that tensors give back and take again.</summary>
public static class TensorMemory
{
    /// <summary>Leaves to the garbage collector what is kept for the next user: for the end of a training, whose memory nobody will want again soon. What is in use stays.</summary>
    public static void Trim() => BlockPool.Trim();
}
