using System.Text;

namespace Takt.EndToEnd.Doors;

/// <summary>A good body, spoiled in seeded ways: cut, doubled, bytes changed, pieces replaced by what hurts.</summary>
static class MangledBodies
{
    const int Count = 400;

    static readonly string[] Painful =
    [
        "null", "true", "-1", "1e999", "-0", "NaN", "\"\"", "\"\\ud800\"", "\"\\u0000\"", "[]", "{}", "[[]]", "18446744073709551616", "0.1e-400", "\"\uffff\"",
        new string('[', 80), new string('9', 400), "\"" + new string('a', 5000) + "\"", ",", ":", "\\", "/*x*/", "\u00a0", "{\"a\":1,\"a\":2}",
    ];

    /// <summary>Sends them all: each is answered with a 4xx in the protocol's form, or is still good JSON and answered with 200.</summary>
    public static async Task AllFailWell(DoorsServer server, string path, string good, Action<HttpResponseMessage, string> assertForm)
    {
        var random = new Random(20260301);
        int refused = 0;
        for (int i = 0; i < Count; i++)
        {
            byte[] body = Mangle(random, Encoding.UTF8.GetBytes(good));
            var (status, _, response) = await server.PostAsync(path, body);
            using (response)
            {
                if (status == 200) continue;
                Assert.True(status is >= 400 and < 500, $"status {status} for {Encoding.UTF8.GetString(body)}");
                assertForm(response, await response.Content.ReadAsStringAsync());
                refused++;
            }
        }

        Assert.True(refused > Count / 2, $"only {refused} of {Count} were bad");
    }

    static byte[] Mangle(Random random, byte[] good)
    {
        int at = random.Next(good.Length);
        switch (random.Next(5))
        {
            case 0: return good[..at];
            case 1: return [.. good[..at], .. good[random.Next(good.Length)..]];
            case 2:
                good[at] = (byte)random.Next(256);
                return good;
            case 3: return [.. good, .. good[at..]];
            default:
                // Replace one token by another that is well formed or not.
                int end = at;
                while (end < good.Length && char.IsAsciiLetterOrDigit((char)good[end])) end++;
                return [.. good[..at], .. Encoding.UTF8.GetBytes(Painful[random.Next(Painful.Length)]), .. good[Math.Max(end, at)..]];
        }
    }
}
