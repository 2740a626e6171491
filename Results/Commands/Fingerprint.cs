// A short word for a list of texts: equal lists have one, different lists practically never do. The length of each text goes in
// front of it, so that no two lists become one by running together.

using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace Managarm.Perf.Results.Commands;

/// <summary>Makes fingerprints.</summary>
public static class Fingerprint
{
    private const int Digits = 16;

    /// <summary>The fingerprint of some texts in their order.</summary>
    /// <param name="texts">The texts.</param>
    /// <returns>Sixteen hexadecimal digits.</returns>
    public static string Of(params IEnumerable<string> texts)
    {
        var all = new StringBuilder();
        foreach (string text in texts)
        {
            all.Append(CultureInfo.InvariantCulture, $"{text.Length}:{text}");
        }

        return Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(all.ToString())))[..Digits];
    }
}
