using Takt.Protocols.Names;
using Takt.Protocols.Problems;

namespace Takt.Protocols.Tests.Names;

public class ModelReferenceTests
{
    [Theory]
    [InlineData("press", "press", null, null)]
    [InlineData("press-2.b@champion", "press-2.b", "champion", null)]
    [InlineData("press:12", "press", null, 12)]
    public void A_reference_reads_and_writes_the_same(string text, string name, string? alias, int? version)
    {
        var reference = ModelReference.Parse(text);
        Assert.Equal(new ModelReference(name, alias, version), reference);
        Assert.Equal(text, reference.ToString());
    }

    [Theory]
    [InlineData("")]
    [InlineData("Press")]
    [InlineData("press@")]
    [InlineData("press:")]
    [InlineData("press:0")]
    [InlineData("press:-1")]
    [InlineData("press:1.5")]
    [InlineData("press:99999999999")]
    [InlineData("press@a:1")]
    [InlineData("../press")]
    public void Anything_else_is_refused(string text) => Assert.Throws<InputException>(() => ModelReference.Parse(text));

    [Fact]
    public void A_label_that_stands_apart_is_a_version_or_an_alias()
    {
        Assert.Equal(new ModelReference("press", Version: 3), ModelReference.Parse("press", "3"));
        Assert.Equal(new ModelReference("press", "champion"), ModelReference.Parse("press", "champion"));
        Assert.Equal(new ModelReference("press"), ModelReference.Parse("press", null));
        Assert.Throws<InputException>(() => ModelReference.Parse("press:1", "3"));
    }
}
