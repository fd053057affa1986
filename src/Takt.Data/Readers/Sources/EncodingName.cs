using System.Text;
using Takt.Protocols.Problems;

namespace Takt.Data.Readers;

/// <summary>Finds an encoding by the name that people write.</summary>
public static class EncodingName
{
    /// <summary>The ones to suggest; every other that .NET knows is found too.</summary>
    static readonly string[] Usual = ["utf-8", "utf-16", "utf-16be", "latin1", "windows-1252", "windows-1250", "windows-1251", "gb18030", "gbk", "big5", "shift_jis", "euc-jp", "euc-kr"];

    /// <summary>The encoding of that name, old code pages included.</summary>
    /// <exception cref="InputException">There is none; the nearest name is suggested.</exception>
    public static Encoding Find(string name)
    {
        try
        {
            return CodePagesEncodingProvider.Instance.GetEncoding(name) ?? Encoding.GetEncoding(name);
        }
        catch (ArgumentException)
        {
            throw new InputException($"there is no encoding '{name}'", wayOut: NearestName.Suggest(name, Usual));
        }
    }
}
