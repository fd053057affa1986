using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Takt.Protocols.Problems;

namespace Takt.Access;

/// <summary>The certificate for https addresses: the plant's own, or one that Takt makes for itself and keeps in its home.</summary>
static class Certificates
{
    static readonly TimeSpan Lifetime = TimeSpan.FromDays(825);   // the longest that browsers accept without complaint about the length

    /// <summary>Reads the plant's certificate: a PFX file, or a PEM file with its key in it or in a file of its own.</summary>
    /// <exception cref="InputException">A file is missing, unreadable, or has no private key.</exception>
    public static X509Certificate2 Read(string file, string? keyFile, string? passwordFile)
    {
        foreach (string? needed in (string?[])[file, keyFile, passwordFile])
            if (needed is not null && !File.Exists(needed)) throw new InputException($"no file '{needed}'", "a certificate in PFX or PEM form, its key, its password");
        string? password = passwordFile is null ? null : File.ReadAllText(passwordFile).TrimEnd('\r', '\n');
        try
        {
            var certificate = Path.GetExtension(file).ToLowerInvariant() is ".pfx" or ".p12"
                ? X509CertificateLoader.LoadPkcs12FromFile(file, password)
                : WithUsableKey(password is null ? X509Certificate2.CreateFromPemFile(file, keyFile) : X509Certificate2.CreateFromEncryptedPemFile(file, password, keyFile));
            return certificate.HasPrivateKey ? certificate : throw new InputException($"'{file}', which has no private key", "a certificate with its key", "Give the key's PEM file with --certificate-key");
        }
        catch (CryptographicException broken)
        {
            throw new InputException($"'{file}' that cannot be read as a certificate ({broken.Message.TrimEnd('.')})", "PFX or PEM, with the right password", "Give its password in a file with --certificate-password");
        }
    }

    /// <summary>The certificate that Takt made for this home, made anew when there is none or it nears its end. Browsers warn about it until its fingerprint is trusted.</summary>
    public static X509Certificate2 OwnOf(string home, TimeProvider clock)
    {
        string file = Path.Combine(home, "certificate.pfx");
        var now = clock.GetUtcNow();
        if (File.Exists(file) && X509CertificateLoader.LoadPkcs12FromFile(file, null) is { } kept && kept.NotAfter.ToUniversalTime() > now.UtcDateTime.AddDays(30)) return kept;
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest($"CN={Environment.MachineName}", key, HashAlgorithmName.SHA256);
        var names = new SubjectAlternativeNameBuilder();
        names.AddDnsName(Environment.MachineName);
        names.AddDnsName("localhost");
        names.AddIpAddress(IPAddress.Loopback);
        names.AddIpAddress(IPAddress.IPv6Loopback);
        request.CertificateExtensions.Add(names.Build());
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(false, false, 0, true));
        request.CertificateExtensions.Add(new X509EnhancedKeyUsageExtension([new Oid("1.3.6.1.5.5.7.3.1")], false));   // server authentication
        using var made = request.CreateSelfSigned(now - TimeSpan.FromMinutes(5), now + Lifetime);
        byte[] pfx = made.Export(X509ContentType.Pfx);
        Directory.CreateDirectory(home);
        var options = new FileStreamOptions { Mode = FileMode.Create, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows()) options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;   // it holds the private key
        using (var stream = new FileStream(file, options)) stream.Write(pfx);
        return X509CertificateLoader.LoadPkcs12(pfx, null);
    }

    /// <summary>Windows cannot serve with a key that lives in memory alone.</summary>
    static X509Certificate2 WithUsableKey(X509Certificate2 certificate)
    {
        using (certificate) return X509CertificateLoader.LoadPkcs12(certificate.Export(X509ContentType.Pfx), null);
    }
}
