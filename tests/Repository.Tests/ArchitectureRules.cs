// The layers of the project as a table. References only point down: what a row lists is exactly what its project file lists,
// so a new edge is a decision that shows in a review of this file, never a side effect. The order of the rows is the order
// of the layers, and it is checked as well, so that the table itself cannot come to point up.
using System.Xml.Linq;

namespace Managarm.Perf.Repository.Tests;

/// <summary>Pure functions from project files and names to the places that break the layering.</summary>
public static class ArchitectureRules
{
    /// <summary>The folders of the root, besides those whose name starts with a dot.</summary>
    public static readonly IReadOnlyList<string> Folders =
        ["Bench", "Core", "Corpus", "Fuzz", "Hardware", "Results", "Servers", "docs", "tests"];

    /// <summary>The folders of the root whose name starts with a dot.</summary>
    public static readonly IReadOnlyList<string> DotFolders = [".ci", ".github", ".config"];

    /// <summary>The files of the root.</summary>
    public static readonly IReadOnlyList<string> RootFiles =
    [
        ".editorconfig", ".gitattributes", ".gitignore", "BannedSymbols.txt", "CHANGELOG.md", "Directory.Build.props",
        "Directory.Build.targets", "Directory.Packages.props", "LICENSE", "Managarm.Perf.sln", "README.md", "global.json",
    ];

    private const string prefix = "Managarm.Perf.";

    // From the bottom up.
    private static readonly (string Project, string[] References)[] layers =
    [
        ("Core", []),
        ("Hardware", ["Core"]),
        ("Servers", ["Core", "Hardware"]),
        ("Corpus", ["Core"]),
        ("Results", []),
        ("Commands", []),
        ("Results.Store", ["Commands"]),
        ("Fuzz.Primitives", ["Core"]),
        ("Fuzz", ["Commands", "Core", "Corpus", "Fuzz.Primitives", "Hardware", "Results", "Results.Store", "Servers"]),
        ("Fuzz.ByteEngines", ["Commands", "Core", "Fuzz", "Servers"]),
        ("Bench", ["Commands", "Core", "Corpus", "Hardware", "Results", "Servers"]),
        ("Core.Tests", ["Core"]),
        ("Hardware.Tests", ["Core", "Hardware"]),
        ("Servers.Tests", ["Core", "Corpus", "Hardware", "Servers"]),
        ("Corpus.Tests", ["Core", "Corpus"]),
        ("Results.Tests", ["Results"]),
        ("Results.Store.Tests", ["Commands", "Results.Store"]),
        ("Fuzz.Tests", ["Commands", "Core", "Corpus", "Fuzz", "Fuzz.ByteEngines", "Results", "Servers"]),
        ("Bench.Tests", ["Bench", "Commands", "Core", "Corpus", "Results", "Servers"]),
        ("Repository.Tests", []),
    ];

    private static readonly string[] packageFree = ["Core", "Hardware", "Servers", "Corpus"];

    /// <summary>The table has a row for every project file and no other, and lists its references exactly.</summary>
    public static IEnumerable<RuleViolation> References(IReadOnlyList<SourceFile> files)
    {
        var projects = files.Where(file => file.Is(".csproj")).ToDictionary(ShortName, StringComparer.Ordinal);
        foreach (var (name, file) in projects)
        {
            if (!layers.Any(layer => layer.Project == name) || file.Path != PathOf(name))
            {
                yield return file.At(1, $"project {name} is not part of the architecture");
            }
        }

        foreach (var (name, expected) in layers)
        {
            if (!projects.TryGetValue(name, out var file))
            {
                yield return new RuleViolation(PathOf(name), 1, "the project is missing");
                continue;
            }

            var actual = ReferencesOf(file);
            foreach (var reference in actual.Except(expected))
            {
                yield return file.At(1, $"{name} must not refer to {reference}");
            }

            foreach (var reference in expected.Except(actual))
            {
                yield return file.At(1, $"{name} must refer to {reference}");
            }
        }
    }

    /// <summary>No reference leads to a project of the same or a higher layer.</summary>
    public static IEnumerable<RuleViolation> UpwardReferences(IReadOnlyList<SourceFile> files)
    {
        foreach (var file in files.Where(file => file.Is(".csproj")))
        {
            var own = LayerOf(ShortName(file));
            foreach (var reference in ReferencesOf(file).Where(reference => LayerOf(reference) >= own))
            {
                yield return file.At(1, $"the reference to {reference} points up");
            }
        }
    }

    /// <summary>The model and its language depend on the framework alone.</summary>
    public static IEnumerable<RuleViolation> ModelPackages(IReadOnlyList<SourceFile> files)
    {
        foreach (var file in files.Where(file => file.Is(".csproj") && packageFree.Contains(ShortName(file))))
        {
            foreach (var package in Included(file, "PackageReference").Concat(Included(file, "Reference")))
            {
                yield return file.At(1, $"the model must not use the package {package}");
            }
        }
    }

    /// <summary>The solution lists every project file.</summary>
    public static IEnumerable<RuleViolation> SolutionMembers(IReadOnlyList<SourceFile> files)
    {
        var solution = files.Single(file => file.Is(".sln"));
        var text = solution.Text.Replace('\\', '/');
        return files.Where(file => file.Is(".csproj") && !text.Contains($"\"{file.Path}\"", StringComparison.Ordinal))
            .Select(file => file.At(1, $"the project is not part of {solution.Path}"));
    }

    /// <summary>The root holds the known folders and files and no other but a user's own scenarios, which git ignores.</summary>
    public static IEnumerable<RuleViolation> TopLevel(IReadOnlyList<string> folders, IReadOnlyList<string> files)
    {
        var unknownFolders = folders.Except(Folders).Except(DotFolders).Select(name => (name, "an unknown top-level folder"));
        var missingFolders = Folders.Concat(DotFolders).Except(folders).Select(name => (name, "a missing top-level folder"));
        var unknownFiles = files.Where(static name => !name.EndsWith(".scn", StringComparison.Ordinal))
            .Except(RootFiles).Select(name => (name, "an unknown file in the root"));
        var missingFiles = RootFiles.Except(files).Select(name => (name, "a missing file in the root"));
        return unknownFolders.Concat(missingFolders).Concat(unknownFiles).Concat(missingFiles)
            .Select(found => new RuleViolation(found.name, 1, found.Item2));
    }

    // What both programs share on the command line, and the results store, lie beside what they share of results.
    private static string PathOf(string project)
    {
        var isTest = project.EndsWith(".Tests", StringComparison.Ordinal);
        var folder = isTest ? $"tests/{project}" : project == "Commands" ? $"Results/{project}" : project.Replace('.', '/');
        return $"{folder}/{prefix}{project}.csproj";
    }

    private static string ShortName(SourceFile project) => ShortName(project.Path);

    private static string ShortName(string path)
    {
        var name = Path.GetFileNameWithoutExtension(path.Replace('\\', '/'));
        return name.StartsWith(prefix, StringComparison.Ordinal) ? name[prefix.Length..] : name;
    }

    // An unknown project is above all others, so that every reference to it points up.
    private static int LayerOf(string project)
    {
        var index = Array.FindIndex(layers, layer => layer.Project == project);
        return index < 0 ? layers.Length : index;
    }

    private static string[] ReferencesOf(SourceFile project) => [.. Included(project, "ProjectReference").Select(ShortName)];

    private static IEnumerable<string> Included(SourceFile project, string item) =>
        XDocument.Parse(project.Text).Descendants(item).Attributes("Include").Select(attribute => attribute.Value);
}
