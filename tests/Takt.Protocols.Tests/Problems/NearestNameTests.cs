using Takt.Protocols.Problems;

namespace Takt.Protocols.Tests.Problems;

public class NearestNameTests
{
    [Theory]
    [InlineData("epohcs", "epochs")]
    [InlineData("Epoch", "epochs")]
    [InlineData("rte", "rate")]
    [InlineData("zzzzzz", null)]
    public void A_misspelt_name_finds_the_one_that_was_meant(string written, string? meant) =>
        Assert.Equal(meant, NearestName.Of(written, ["batch", "epochs", "rate", "patience"]));

    [Fact]
    public void A_problem_reads_as_one_sentence() =>
        Assert.Equal("spec.yaml line 4: 'epohcs' in train; expected a known key. Did you mean 'epochs'?",
            new Problem("'epohcs' in train", "a known key", "Did you mean 'epochs'?", "spec.yaml line 4").ToString());
}
