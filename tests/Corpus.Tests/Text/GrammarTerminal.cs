// The tokens that the grammar names in capitals: which they are, and samples of each, chosen so that a random scenario has a
// fair chance of making sense and still meets every limit.

using System.Text.RegularExpressions;
using Managarm.Perf.Core.Calls;
using Managarm.Perf.Core.Scheduling;

namespace Managarm.Perf.Corpus.Tests.Text;

/// <summary>Terminals of the grammar.</summary>
internal static partial class GrammarTerminal
{
    private static readonly string[] Names = ["A", "A", "A", "B", "B", "C", "r", "w", "r", "w", "tty", "T", "name_of_15_long"];
    private static readonly string[] Numbers = ["0", "1", "4", "10", "255", "256", "1000", "1001", "007", "99999999999999"];
    private static readonly string[] Characters = ["a", "Z", "#", " ", "\t", "=", "\u00e9", "\u2028", "\ud83d\ude00"];
    private static readonly string[] Deviations = ["A@1>B", "posix@0>time", "B@4294967295>files", "Zz_9@12>clock"];

    /// <summary>A token of this kind.</summary>
    internal static string Generate(string terminal, ref Prng random) => terminal switch
    {
        "NAME" => Names[random.NextBelow((uint)Names.Length)],
        "NUMBER" => Numbers[random.NextBelow((uint)Numbers.Length)],
        "SIGNAL" => (random.NextBelow(4) == 0 ? "SIG" : "") + SignalTable.NameAt((int)random.NextBelow(SignalTable.Count)),
        "ERROR" => ErrnoTable.NameAt((int)random.NextBelow((uint)ErrnoTable.Count)),
        "HASH" => $"{random.NextUInt64():x16}",
        "WORD" => random.NextBelow(2) == 0 ? "tristate" : "cancel-id-2",
        "DEVIATION" => Deviations[random.NextBelow((uint)Deviations.Length)],
        "CHARACTER" => Characters[random.NextBelow((uint)Characters.Length)],
        "NEWLINE" => random.NextBelow(2) == 0 ? "\n" : "\r\n",
        _ => throw new ArgumentException("the grammar names an unknown token", nameof(terminal)),
    };

    /// <summary>Whether this is a token of the kind.</summary>
    internal static bool Accepts(string terminal, string token) => terminal switch
    {
        "NAME" => ScenarioName.IsLegal(token),
        "NUMBER" => token.Length > 0 && token.All(char.IsAsciiDigit),
        "SIGNAL" => SignalTable.IndexOf(token) >= 0,
        "ERROR" => ErrnoTable.IndexOf(token) >= 0,
        "HASH" => Hash().IsMatch(token),
        "WORD" => Word().IsMatch(token),
        "DEVIATION" => Deviation().IsMatch(token),
        "CHARACTER" => token is not ("\n" or "\r\n") && (token == "\t" || !char.IsControl(token[0])),
        "NEWLINE" => token is "\n" or "\r\n",
        _ => throw new ArgumentException("the grammar names an unknown token", nameof(terminal)),
    };

    [GeneratedRegex("^[0-9a-f]{16}$")]
    private static partial Regex Hash();

    [GeneratedRegex("^[a-z0-9-]{1,32}$")]
    private static partial Regex Word();

    [GeneratedRegex("^[A-Za-z][A-Za-z0-9_]{0,14}@[0-9]+>[A-Za-z][A-Za-z0-9_]{0,14}$")]
    private static partial Regex Deviation();
}
