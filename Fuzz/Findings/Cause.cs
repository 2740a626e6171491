// What a violation is due to. A window of the protocol, a limit that it declares, a planted defect, or something that nobody has
// named yet: that is new. A cause is found by trying (Attribution), never by what a violation looks like.

using Managarm.Perf.Results.Store;

namespace Managarm.Perf.Fuzz.Findings;

/// <summary>A cause.</summary>
/// <param name="Kind">What it is.</param>
/// <param name="Names">Names of windows, of a limit or of a defect; none when it is unattributed. Several windows are one cause
/// where none of them alone explains the violation.</param>
public sealed record Cause(CauseKind Kind, IReadOnlyList<string> Names)
{
    private const string LimitWord = "limit ";
    private const string DefectWord = "defect ";
    private const string UnattributedWord = "unattributed";
    private const char Separator = '+';

    /// <summary>A cause that nobody has named.</summary>
    public static Cause Unattributed { get; } = new(CauseKind.Unattributed, []);

    /// <summary>A limit.</summary>
    /// <param name="name">Its name, such as <c>deaf-servers</c>.</param>
    public static Cause OfLimit(string name) => new(CauseKind.Limit, [name]);

    /// <summary>A planted defect.</summary>
    /// <param name="name">Its name.</param>
    public static Cause OfDefect(string name) => new(CauseKind.Defect, [name]);

    /// <summary>Windows.</summary>
    /// <param name="names">Their names, in the order of the catalog of repairs.</param>
    public static Cause OfWindows(IReadOnlyList<string> names) => new(CauseKind.Window, names);

    /// <summary>The cause as lists and documents have it: <c>O1</c>, <c>O1+T2</c>, <c>limit deaf-servers</c>, <c>defect
    /// child-end-missed</c> or <c>unattributed</c>.</summary>
    public override string ToString() => Kind switch
    {
        CauseKind.Window => string.Join(Separator, Names),
        CauseKind.Limit => LimitWord + Names[0],
        CauseKind.Defect => DefectWord + Names[0],
        _ => UnattributedWord,
    };

    /// <summary>Reads what <see cref="ToString"/> gives.</summary>
    /// <param name="text">The text.</param>
    /// <returns>The cause.</returns>
    public static Cause Parse(string text) => text switch
    {
        UnattributedWord => Unattributed,
        _ when text.StartsWith(LimitWord, StringComparison.Ordinal) => OfLimit(text[LimitWord.Length..]),
        _ when text.StartsWith(DefectWord, StringComparison.Ordinal) => OfDefect(text[DefectWord.Length..]),
        _ => OfWindows(text.Split(Separator)),
    };

    /// <inheritdoc/>
    public bool Equals(Cause? other) => other is not null && ToString() == other.ToString();

    /// <inheritdoc/>
    public override int GetHashCode() => ToString().GetHashCode(StringComparison.Ordinal);
}
