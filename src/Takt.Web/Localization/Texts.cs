namespace Takt.Web.Localization;

/// <summary>Names the resources with the words of the pages: <c>Texts.resx</c> (English) and <c>Texts.zh-Hans.resx</c>; a test keeps their keys alike.</summary>
sealed class Texts;
