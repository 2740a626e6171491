// Who may use whom between folders. A file's namespace is its folder, so a using says which folder it needs, and the table of all
// that is in folder-uses.md beside this file: an edge more or less is a line of a diff that somebody has read. Within Fuzz the
// folders are layers and may only use what stands before them; the model's folders know each other through one world.
using System.Globalization;
using System.Text;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace Managarm.Perf.Repository.Tests;

/// <summary>Pure functions from sources to namespaces that are elsewhere, edges that point up, and the table of edges.</summary>
public static class FolderRules
{
    private const string prefix = "Managarm.Perf";

    private static readonly string[] projects = ["Core", "Hardware", "Servers", "Corpus", "Results", "Fuzz", "Bench"];

    // From the bottom up; a command's folder may use all of them and no other command's, but for the part that is named.
    private static readonly string[] fuzzLayers =
    [
        "Fuzz/Output", "Fuzz/Generation", "Fuzz/Searching", "Fuzz/Shrinking", "Fuzz/Primitives/Specifications",
        "Fuzz/Primitives/Clients", "Fuzz/Primitives", "Fuzz/Findings", "Fuzz/Causes", "Fuzz/Inputs", "Fuzz/EngineInputs",
        "Fuzz/Costs", "Fuzz/Sweeps", "Fuzz/Windows", "Fuzz/Campaigns", "Fuzz/Reports", "Fuzz/Corpora", "Fuzz/Triage",
        "Fuzz/Comparing", "Fuzz/Exploring", "Fuzz/Defects", "Fuzz/Commands", "Fuzz/Commands/Campaigns",
        "Fuzz/Commands/Comparing", "Fuzz/Commands/Corpus", "Fuzz/Commands/Defects", "Fuzz/Commands/Exploring",
        "Fuzz/Commands/Promoting", "Fuzz/Commands/Protocols", "Fuzz/Commands/Running", "Fuzz/Commands/Shrinking",
        "Fuzz/Commands/Store", "Fuzz/Commands/Triaging", "Fuzz/Commands/Windows", "Fuzz", "Fuzz/ByteEngines",
    ];

    /// <summary>A file's namespace names its folder.</summary>
    public static IEnumerable<RuleViolation> Namespaces(SourceFile file)
    {
        var declared = file.Syntax.DescendantNodes().OfType<BaseNamespaceDeclarationSyntax>().FirstOrDefault();
        if (declared is null || file.IsUnder("tests/Shared"))
        {
            return [];
        }

        var folder = FolderOf(file.Path);
        var relative = folder.StartsWith("tests/", StringComparison.Ordinal) ? folder["tests/".Length..] : folder;
        var expected = $"{prefix}.{relative.Replace('/', '.')}";
        var line = declared.GetLocation().GetLineSpan().StartLinePosition.Line + 1;
        return declared.Name.ToString() == expected ? [] : [file.At(line, $"the namespace of this folder is {expected}")];
    }

    /// <summary>A folder of Fuzz uses only folders of lower layers.</summary>
    public static IEnumerable<RuleViolation> FuzzLayers(IReadOnlyList<SourceFile> files)
    {
        foreach (var file in files.Where(static file => file.IsUnder("Fuzz") && file.Is(".cs")))
        {
            var own = Array.IndexOf(fuzzLayers, FolderOf(file.Path));
            if (own < 0)
            {
                yield return file.At(1, $"the folder {FolderOf(file.Path)} has no layer");
            }

            foreach (var (line, used) in Uses(file, files).Where(use => LayerOf(use.Folder) >= own && own >= 0))
            {
                yield return file.At(line, $"{FolderOf(file.Path)} must not use {used}, which stands above it");
            }
        }
    }

    /// <summary>The table of folders: which other folders of its project each uses.</summary>
    public static string Table(IReadOnlyList<SourceFile> files)
    {
        var page = new StringBuilder(
            "# Who uses whom\n\nFolders, and which folders of the same project they use, by their usings. [Layers between\n"
            + "projects](../../docs/development.md) are a table of `ArchitectureRules.cs`; the layers within Fuzz stand in\n"
            + "`FolderRules.cs`. `TidyTests` compares this page with the tree, and `MANAGARM_PERF_ACCEPT=1` accepts it.\n\n"
            + "| folder | uses |\n|---|---|\n");
        var folders = files.Where(IsShipped).GroupBy(static file => FolderOf(file.Path), StringComparer.Ordinal);
        foreach (var folder in folders.OrderBy(static group => group.Key, StringComparer.Ordinal))
        {
            var used = folder.SelectMany(file => Uses(file, files)).Select(static use => use.Folder).Distinct()
                .Where(name => ProjectOf(name) == ProjectOf(folder.Key)).Order(StringComparer.Ordinal)
                .Select(name => name[(ProjectOf(name).Length + 1)..]);
            page.Append(CultureInfo.InvariantCulture, $"| `{folder.Key}` |{Cell(used)}|\n");
        }

        return page.ToString();
    }

    private static string Cell(IEnumerable<string> names) =>
        $" {string.Join(", ", names)} ".Replace("  ", " ", StringComparison.Ordinal);

    private static bool IsShipped(SourceFile file) => file.Is(".cs") && projects.Contains(ProjectOf(file.Path));

    private static string ProjectOf(string path) => path.Split('/')[0];

    private static string FolderOf(string path) => path.Contains('/') ? path[..path.LastIndexOf('/')] : "";

    private static int LayerOf(string folder) => Array.IndexOf(fuzzLayers, folder);

    private static IEnumerable<(int Line, string Folder)> Uses(SourceFile file, IReadOnlyList<SourceFile> files)
    {
        foreach (var directive in file.Syntax.DescendantNodes().OfType<UsingDirectiveSyntax>())
        {
            var name = directive.NamespaceOrType.ToString();
            if (!name.StartsWith(prefix + ".", StringComparison.Ordinal))
            {
                continue;
            }

            var folder = name[(prefix.Length + 1)..].Replace('.', '/');
            while (folder.Contains('/') && !files.Any(each => each.IsUnder(folder)))
            {
                folder = FolderOf(folder);
            }

            if (folder.Contains('/') && folder != FolderOf(file.Path))
            {
                yield return (directive.GetLocation().GetLineSpan().StartLinePosition.Line + 1, folder);
            }
        }
    }
}
