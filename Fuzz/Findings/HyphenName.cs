// Names of enumeration members on the command line and in files: lower case with hyphens, such as flag-not-reset. They are
// derived, so a new member has its name at once.

using System.Text;

namespace Managarm.Perf.Fuzz.Findings;

/// <summary>Members of enumerations by name.</summary>
internal static class HyphenName
{
    /// <summary>Name of a member.</summary>
    /// <typeparam name="T">The enumeration.</typeparam>
    /// <param name="member">The member.</param>
    internal static string Of<T>(T member)
        where T : struct, Enum
    {
        var text = new StringBuilder();
        foreach (char letter in member.ToString())
        {
            if (char.IsAsciiLetterUpper(letter) && text.Length > 0)
            {
                text.Append('-');
            }

            text.Append(char.ToLowerInvariant(letter));
        }

        return text.ToString();
    }
}
