using Takt.Data.Tables;
using Takt.Learning.Specs;

namespace Takt.Learning.Tests.Specs;

public class TaskInferenceTests
{
    [Fact]
    public void Text_and_booleans_are_classes() => Assert.All(
        new Column[] { new TextColumn("a", ["x", null]), new NumberColumn("b", [0, 1], isBoolean: true) },
        c => Assert.Equal(LearningTask.Classification, TaskInference.Of(c)));

    [Theory]
    [InlineData(LearningTask.Classification, 0.0, 1.0, 1.0, double.NaN)]
    [InlineData(LearningTask.Regression, 0.0, 1.5)]
    [InlineData(LearningTask.Regression, 3.0, 4.0, 5.0, 6.0)]   // four rows of four values are counts
    public void Few_numbers_are_told_apart(LearningTask expected, params double[] values) =>
        Assert.Equal(expected, TaskInference.Of(new NumberColumn("y", values)));

    [Fact]
    public void Whole_numbers_are_classes_where_each_comes_often()
    {
        double[] Repeat(int kinds, int rows) => [.. Enumerable.Range(0, rows).Select(i => (double)(i % kinds))];
        Assert.Equal(LearningTask.Classification, TaskInference.Of(new NumberColumn("grade", Repeat(6, 600))));
        Assert.Equal(LearningTask.Regression, TaskInference.Of(new NumberColumn("count", Repeat(21, 6000))));
    }
}
