// Rules for every text file, whatever its language: layout that editors fight over, markers of unfinished work, and names
// that only mean something on one machine. The words a rule looks for are written in two halves, so that this file passes.
using System.Text.RegularExpressions;

namespace Managarm.Perf.Repository.Tests;

/// <summary>Pure functions from a file to the places in it that break a rule.</summary>
public static class TextRules
{
    /// <summary>The widest line of a C# file, in columns.</summary>
    public const int LineColumnsMax = 130;

    private const string markerWords = "TO" + "DO|FIX" + "ME|HA" + "CK|X" + "XX|NotImplemented" + "Exception";
    private const string machineFolders = "(?<![\\w.~/-])/(?:wo" + "rk|ro" + "ot|tm" + "p|ho" + "me)/";
    private const string registryHosts = "nuget" + "\\.org|npmjs" + "\\.|pypi" + "\\.org|deb\\.debian" + "\\.org";
    private const string outsideTree = "\\.\\./sha" + "red";

    /// <summary>Tabs are for solution files only.</summary>
    public static IEnumerable<RuleViolation> Tabs(SourceFile file) =>
        file.Is(".sln") ? [] : Matching(file, "\t", "a tab");

    /// <summary>Lines end in a line feed alone.</summary>
    public static IEnumerable<RuleViolation> CarriageReturns(SourceFile file) => Matching(file, "\r", "a carriage return");

    /// <summary>No white space before the end of a line.</summary>
    public static IEnumerable<RuleViolation> TrailingWhiteSpace(SourceFile file) =>
        Matching(file, "[ \t]+$", "white space at the end of the line");

    /// <summary>A file is not empty and ends in exactly one line feed.</summary>
    public static IEnumerable<RuleViolation> FinalNewline(SourceFile file)
    {
        if (file.Text.Length == 0)
        {
            return [file.At(1, "the file is empty")];
        }

        if (!file.Text.EndsWith('\n'))
        {
            return [file.At(file.Lines.Length, "no line feed at the end of the file")];
        }

        return file.Text.EndsWith("\n\n", StringComparison.Ordinal)
            ? [file.At(file.Lines.Length - 1, "an empty line at the end of the file")]
            : [];
    }

    /// <summary>No line of a C# file is wider than <see cref="LineColumnsMax"/>.</summary>
    public static IEnumerable<RuleViolation> LineWidth(SourceFile file)
    {
        if (!file.Is(".cs"))
        {
            yield break;
        }

        for (var index = 0; index < file.Lines.Length; index++)
        {
            if (file.Lines[index].Length > LineColumnsMax)
            {
                yield return file.At(index + 1, $"{file.Lines[index].Length} columns, at most {LineColumnsMax}");
            }
        }
    }

    /// <summary>No marker that says the work is not finished.</summary>
    public static IEnumerable<RuleViolation> UnfinishedMarkers(SourceFile file) =>
        Matching(file, $"\\b(?:{markerWords})\\b", "an unfinished marker");

    /// <summary>No absolute path of somebody's machine; scripts and scenarios may use temporary folders.</summary>
    public static IEnumerable<RuleViolation> MachinePaths(SourceFile file) =>
        file.Is(".sh") || file.Is(".scn") || file.IsUnder(".ci") ? [] : Matching(file, machineFolders, "a path of one machine");

    /// <summary>No package registry by name: restoring works with whatever feed the user has.</summary>
    public static IEnumerable<RuleViolation> RegistryHosts(SourceFile file) => Matching(file, registryHosts, "a registry's host");

    /// <summary>No mention of files outside the tree.</summary>
    public static IEnumerable<RuleViolation> OutsideReferences(SourceFile file) =>
        Matching(file, outsideTree, "a reference out of the tree");

    private static IEnumerable<RuleViolation> Matching(SourceFile file, string pattern, string message)
    {
        for (var index = 0; index < file.Lines.Length; index++)
        {
            if (Regex.IsMatch(file.Lines[index], pattern, RegexOptions.CultureInvariant))
            {
                yield return file.At(index + 1, message);
            }
        }
    }
}
