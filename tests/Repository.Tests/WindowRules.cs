// Rules for the bank of known windows: the place in the model where a window is names its entry, and every entry is named at one
// place. So a reader of either finds the other, and who changes such a place sees what it is known for.
using System.Text.RegularExpressions;

namespace Managarm.Perf.Repository.Tests;

/// <summary>Pure functions from the sources and the bank to the places that break a rule.</summary>
public static partial class WindowRules
{
    private const string bank = "Corpus/windows";

    /// <summary>Marks name entries of the bank, with the window that the entry says, and each entry has one mark.</summary>
    public static IEnumerable<RuleViolation> Marks(IReadOnlyList<SourceFile> files)
    {
        var entries = files.Where(file => file.IsUnder(bank) && file.Is(".scn"))
            .ToDictionary(file => file.Path, StringComparer.Ordinal);
        var marked = new HashSet<string>(StringComparer.Ordinal);
        foreach (var file in files.Where(file => file.Is(".cs") && !file.IsUnder("tests")))
        {
            for (var line = 0; line < file.Lines.Length; line++)
            {
                var mark = Mark().Match(file.Lines[line]);
                if (!mark.Success)
                {
                    continue;
                }

                var path = mark.Groups["path"].Value;
                var window = mark.Groups["window"].Value;
                if (!entries.TryGetValue(path, out var entry))
                {
                    yield return file.At(line + 1, $"there is no {path}");
                }
                else if (!entry.Lines.Contains($"# window: {window}"))
                {
                    yield return file.At(line + 1, $"{path} is not of window {window}");
                }
                else if (!marked.Add(path))
                {
                    yield return file.At(line + 1, $"{path} is named at another place, too");
                }
            }
        }

        foreach (var path in entries.Keys.Where(path => !marked.Contains(path)).Order(StringComparer.Ordinal))
        {
            yield return entries[path].At(1, "no place in the model names this window");
        }
    }

    [GeneratedRegex(@"^\s*// Window (?<window>\S+): (?<path>\S+)$")]
    private static partial Regex Mark();
}
