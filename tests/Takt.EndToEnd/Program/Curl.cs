using System.Diagnostics;
using System.Globalization;
using System.Text.Json.Nodes;

namespace Takt.EndToEnd.Program;

/// <summary>curl, the client that everybody has.</summary>
static class Curl
{
    /// <summary>Posts JSON that is called so.</summary>
    public static Task<(int Status, JsonNode? Body)> PostAsync(Uri address, string body, params string[] more) => SendAsync(address, body, ["--header", "Content-Type: application/json", .. more]);

    /// <summary>Posts a text, which curl calls a form unless it is told otherwise.</summary>
    public static async Task<(int Status, JsonNode? Body)> SendAsync(Uri address, string body, params string[] more)
    {
        var start = new ProcessStartInfo("curl") { UseShellExecute = false, RedirectStandardOutput = true, RedirectStandardInput = true };
        foreach (string word in (string[])["--silent", "--show-error", "--max-time", "60", "--data-binary", "@-", "--write-out", "\n%{http_code}", .. more, address.ToString()])
            start.ArgumentList.Add(word);
        using var curl = Process.Start(start)!;
        await curl.StandardInput.WriteAsync(body);
        curl.StandardInput.Close();
        string output = await curl.StandardOutput.ReadToEndAsync();
        await curl.WaitForExitAsync();
        int last = output.LastIndexOf('\n');
        return (int.Parse(output[(last + 1)..], CultureInfo.InvariantCulture), last > 0 ? JsonNode.Parse(output[..last]) : null);
    }
}
