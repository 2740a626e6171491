// The architecture rules, applied to the real project files and proven on bad samples. A failure here means that somebody
// added an edge between layers: either it goes, or the table in ArchitectureRules and the drawing in the handbook change.
namespace Managarm.Perf.Repository.Tests;

/// <summary>Layers, folders and packages are what the design says.</summary>
public sealed class ArchitectureTests
{
    private const string corePath = "Core/Managarm.Perf.Core.csproj";
    private const string serversPath = "Servers/Managarm.Perf.Servers.csproj";

    [Fact]
    public void References_are_exactly_the_table() => Expect.CleanTree(ArchitectureRules.References);

    [Fact]
    public void References_point_down() => Expect.CleanTree(ArchitectureRules.UpwardReferences);

    [Fact]
    public void The_model_uses_no_package() => Expect.CleanTree(ArchitectureRules.ModelPackages);

    [Fact]
    public void The_solution_holds_every_project() => Expect.CleanTree(ArchitectureRules.SolutionMembers);

    [Fact]
    public void The_root_holds_what_is_known() =>
        Expect.Clean(ArchitectureRules.TopLevel(RepositoryTree.TopLevelFolders(), RepositoryTree.TopLevelFiles()));

    [Fact]
    public void A_reference_too_many_is_reported()
    {
        var files = WithProject(corePath, Project("ProjectReference", "../Results/Managarm.Perf.Results.csproj"));
        Expect.One(ArchitectureRules.References(files), corePath, 1);
    }

    [Fact]
    public void A_reference_too_few_is_reported()
    {
        var files = WithProject(serversPath, Project("ProjectReference", "../Core/Managarm.Perf.Core.csproj"));
        Expect.One(ArchitectureRules.References(files), serversPath, 1);
    }

    [Fact]
    public void A_missing_project_is_reported() =>
        Expect.One(ArchitectureRules.References([.. RepositoryTree.Files.Where(file => file.Path != corePath)]), corePath, 1);

    [Theory]
    [InlineData("Extra/Managarm.Perf.Extra.csproj")]
    [InlineData("Extra/Managarm.Perf.Core.Extra.csproj")]
    public void An_unknown_project_is_reported(string path) =>
        Expect.One(ArchitectureRules.References(WithProject(path, "<Project />")), path, 1);

    [Theory]
    [InlineData(corePath, "../Servers/Managarm.Perf.Servers.csproj")]
    [InlineData(corePath, "..\\Hardware\\Managarm.Perf.Hardware.csproj")]
    [InlineData(serversPath, "../Fuzz/Managarm.Perf.Fuzz.csproj")]
    [InlineData(serversPath, "../Unknown/Unknown.csproj")]
    public void A_reference_that_points_up_is_reported(string path, string target) =>
        Expect.One(ArchitectureRules.UpwardReferences([new SourceFile(path, Project("ProjectReference", target))]), path, 1);

    [Theory]
    [InlineData("PackageReference")]
    [InlineData("Reference")]
    public void A_package_of_the_model_is_reported(string item) =>
        Expect.One(ArchitectureRules.ModelPackages([new SourceFile(corePath, Project(item, "Some.Package"))]), corePath, 1);

    [Fact]
    public void A_project_outside_the_solution_is_reported()
    {
        var solution = new SourceFile("Sample.sln", $"\"{corePath.Replace('/', '\\')}\"");
        SourceFile[] files = [solution, new(corePath, "<Project />"), new(serversPath, "<Project />")];
        Expect.One(ArchitectureRules.SolutionMembers(files), serversPath, 1);
    }

    [Fact]
    public void An_unknown_folder_or_file_is_reported()
    {
        string[] folders = [.. ArchitectureRules.Folders, .. ArchitectureRules.DotFolders];
        Expect.One(ArchitectureRules.TopLevel([.. folders, "Extra"], ArchitectureRules.RootFiles), "Extra", 1);
        Expect.One(ArchitectureRules.TopLevel(folders, [.. ArchitectureRules.RootFiles, "notes"]), "notes", 1);
    }

    [Fact]
    public void A_missing_folder_or_file_is_reported()
    {
        string[] folders = [.. ArchitectureRules.Folders, .. ArchitectureRules.DotFolders];
        string[] fewer = [.. folders.Where(name => name != "Core")];
        Expect.One(ArchitectureRules.TopLevel(fewer, ArchitectureRules.RootFiles), "Core", 1);
        string[] files = [.. ArchitectureRules.RootFiles.Where(name => name != "LICENSE")];
        Expect.One(ArchitectureRules.TopLevel(folders, files), "LICENSE", 1);
    }

    private static IReadOnlyList<SourceFile> WithProject(string path, string text) =>
        [.. RepositoryTree.Files.Where(file => file.Path != path), new SourceFile(path, text)];

    private static string Project(string item, string target) =>
        $"<Project><ItemGroup><{item} Include=\"{target}\" /></ItemGroup></Project>";
}
