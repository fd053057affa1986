namespace Takt.Graphs.Plans.Operators;

/// <summary>Texts as elements.</summary>
static class TextOperators
{
    public static OperatorGroup All { get; } = new()
    {
        ["StringNormalizer"] = (1, node => new StringNormalizer(node)),
        ["StringSplit"] = (1, node => new StringSplit(node)),
        ["StringConcat"] = (2, _ => new StringConcat()),
        ["RegexFullMatch"] = (1, node => new RegexFullMatch(node)),
        ["TfIdfVectorizer"] = (1, node => new TfIdfVectorizer(node)),
    };
}
