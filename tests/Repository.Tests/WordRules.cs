// Words that are dead: each stood for something that has one name now, as the glossary has it. What is refused is the word
// where it meant that thing; the same letters may mean something else elsewhere, and the places where they do are listed with
// the word.
using System.Text.RegularExpressions;

namespace Managarm.Perf.Repository.Tests;

/// <summary>Pure functions from files to the dead words in them.</summary>
public static class WordRules
{
    private static readonly DeadWord[] words =
    [
        // A program is what a machine executes: the project's own two, a server, a test in C.
        new(@"\b(?!RandomProgram|IoApicProgram|ChildProgram|HpetProgram)[A-Z]\w*Programs?\b"
            + @"|\bProgram(Rules|Repair|Order|Codec|Names)\b", "scenario", ["Core", "Corpus", "Servers", "Fuzz"]),
        new(@"\bPlanted?Fault|\b(Primitive|Pic|Pit|Hpet|Rtc|Uart|IoApic|LocalApic|InterruptBus)Fault\b|\bplanted faults?\b",
            "defect", [""]),
        new(@"\b(still )?shows? the fault\b|\bIsSameFault\b|\bSweepFault\b|\bEpochFault\b|\bFaultKey\b", "violation", [""]),
        new(@"\bbugs (list|show|hunt)\b|Corpus/bugs|\bBugs[A-Z]\w*", "windows", [""]),
        new(@"\b([Rr]unEpoch|EpochRuns|EpochShare)\b|\bepoch of (a|the) campaign\b|\bcampaign's epochs?\b", "round", [""]),
    ];

    /// <summary>No file has a dead word; the history of changes may, and so may this rule and its tests.</summary>
    public static IEnumerable<RuleViolation> DeadWords(SourceFile file)
    {
        if (file.Path == "CHANGELOG.md" || file.Name.StartsWith("WordRules", StringComparison.Ordinal)
            || !(file.Is(".cs") || file.Is(".md") || file.Is(".scn")))
        {
            yield break;
        }

        foreach (var word in words.Where(word => word.Folders.Any(folder => folder.Length == 0 || file.IsUnder(folder))))
        {
            for (var line = 0; line < file.Lines.Length; line++)
            {
                if (word.Pattern.Match(file.Lines[line]) is { Success: true } match)
                {
                    yield return file.At(line + 1, $"'{match.Value}' is a dead word; the thing is called {word.Living}");
                }
            }
        }
    }

    private sealed class DeadWord(string pattern, string living, string[] folders)
    {
        public Regex Pattern { get; } = new(pattern, RegexOptions.CultureInvariant, TimeSpan.FromSeconds(10));

        public string Living { get; } = living;

        public string[] Folders { get; } = folders;
    }
}
