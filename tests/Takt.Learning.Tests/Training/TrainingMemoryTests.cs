using Takt.Learning.Benchmarks;
using Takt.Tensors;

namespace Takt.Learning.Tests.Training;

/// <summary>Alone: what a training holds can be told only while nobody else draws from the pool of memory.</summary>
[Collection(nameof(TrainingStepTests))]
public class TrainingMemoryTests
{
    [Fact]
    public void Training_on_images_holds_at_most_one_and_a_half_times_its_activations_gradients_and_optimiser_state()
    {
        long activations = 0, weights = 0;
        int channels = 1, size = 64;
        foreach (int outputs in (int[])[16, 32, 64])
        {
            activations += 3L * 32 * outputs * size * size;   // convolution, batch norm, ReLU
            weights += (outputs * channels * 3 * 3) + (3 * outputs);
            if (outputs < 64) activations += 32L * outputs * (size /= 2) * size;   // pooling
            channels = outputs;
        }

        activations += 32 * (64 + 6);
        weights += (64 * 6) + 6;
        long sum = sizeof(float) * (activations + weights + (2 * weights));   // the weights' gradients and Adam's two moments; gradients of activations are not counted

        TensorMemory.Trim();
        long before = GC.GetTotalMemory(forceFullCollection: true);
        var step = Workloads.All.Single(workload => workload.Name == "surface-cnn").Training();
        for (int i = 0; i < 3; i++) step();
        long held = GC.GetTotalMemory(forceFullCollection: true) - before;   // memory that a step gave back waits in the pool, so this is the most that was held at once
        GC.KeepAlive(step);
        Assert.InRange(held, sizeof(float) * activations, (long)(1.5 * sum));
    }
}
