using Markdig;

namespace Takt.Web.Formatting;

/// <summary>A model card's Markdown as HTML. Its headings go two levels down, below those of the page; HTML inside it is shown, not run.</summary>
static class ModelCard
{
    static readonly MarkdownPipeline Pipeline = new MarkdownPipelineBuilder().UsePipeTables().DisableHtml().Build();

    public static string ToHtml(string markdown)
    {
        var document = Markdown.Parse(markdown, Pipeline);
        foreach (var block in document)
            if (block is Markdig.Syntax.HeadingBlock heading) heading.Level = Math.Min(6, heading.Level + 2);
        return document.ToHtml(Pipeline);
    }
}
