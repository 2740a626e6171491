// The tidy rules, applied to the real tree. Each rule is a test of its own, so that the name of a failure says what to do;
// that each rule can fail is proven next door, with samples, in the tests that are named after the rules.
namespace Managarm.Perf.Repository.Tests;

/// <summary>The tree as it lies on disk obeys every rule.</summary>
public sealed class TidyTests
{
    [Fact]
    public void The_walk_finds_the_tree()
    {
        Assert.Contains(RepositoryTree.Files, file => file.Path == "Managarm.Perf.sln");
        Assert.Contains(RepositoryTree.Files, file => file.Path == "tests/Repository.Tests/TidyTests.cs");
        Assert.DoesNotContain(RepositoryTree.Files, file => file.IsUnder("artifacts") || file.IsUnder(".git"));
    }

    [Fact]
    public void There_are_no_tabs() => Expect.CleanTree(TextRules.Tabs);

    [Fact]
    public void Lines_end_in_a_line_feed_alone() => Expect.CleanTree(TextRules.CarriageReturns);

    [Fact]
    public void Lines_have_no_trailing_white_space() => Expect.CleanTree(TextRules.TrailingWhiteSpace);

    [Fact]
    public void Files_end_in_one_line_feed() => Expect.CleanTree(TextRules.FinalNewline);

    [Fact]
    public void Lines_are_not_too_wide() => Expect.CleanTree(TextRules.LineWidth);

    [Fact]
    public void Nothing_is_marked_as_unfinished() => Expect.CleanTree(TextRules.UnfinishedMarkers);

    [Fact]
    public void Nothing_names_a_path_of_one_machine() => Expect.CleanTree(TextRules.MachinePaths);

    [Fact]
    public void Nothing_names_a_package_registry() => Expect.CleanTree(TextRules.RegistryHosts);

    [Fact]
    public void Nothing_refers_out_of_the_tree() => Expect.CleanTree(TextRules.OutsideReferences);

    [Fact]
    public void Every_file_has_its_header() => Expect.CleanTree(CSharpRules.Header);

    [Fact]
    public void Functions_are_not_too_long() => Expect.CleanTree(CSharpRules.FunctionLength);

    [Fact]
    public void Shipping_files_are_not_too_long() => Expect.CleanTree(CSharpRules.FileLength);

    [Fact]
    public void Files_are_named_after_their_type() => Expect.CleanTree(CSharpRules.FileName);

    [Fact]
    public void Namespaces_are_folders() => Expect.CleanTree(FolderRules.Namespaces);

    [Fact]
    public void Folders_of_Fuzz_are_layers() => Expect.CleanTree(FolderRules.FuzzLayers);

    [Fact]
    public void Folders_use_each_other_as_the_page_says()
    {
        string path = Path.Combine(RepositoryTree.Root, "tests", "Repository.Tests", "folder-uses.md");
        string table = FolderRules.Table(RepositoryTree.Files);
        if (Environment.GetEnvironmentVariable("MANAGARM_PERF_ACCEPT") == "1")
        {
            File.WriteAllText(path, table);
        }

        Assert.Equal(File.ReadAllText(path), table);
    }

    [Fact]
    public void No_word_is_dead() => Expect.CleanTree(WordRules.DeadWords);

    [Fact]
    public void Type_names_are_unique() => Expect.CleanTree(CSharpRules.DuplicateTypes);

    [Fact]
    public void Every_window_is_named_where_it_is() => Expect.CleanTree(WindowRules.Marks);

    [Fact]
    public void Every_type_is_used() => Expect.CleanTree(CSharpRules.UnusedFiles);

    [Fact]
    public void The_model_does_without_locks_and_lambdas() => Expect.CleanTree(CSharpRules.ModelLanguage);

    [Fact]
    public void Suppressions_give_a_reason() => Expect.CleanTree(CSharpRules.SuppressionReasons);

    [Fact]
    public void No_catch_is_empty() => Expect.CleanTree(CSharpRules.EmptyCatches);

    [Fact]
    public void Links_resolve() => Expect.CleanTree(MarkdownRules.BrokenLinks);

    [Fact]
    public void Every_page_is_linked() => Expect.CleanTree(MarkdownRules.UnlinkedPages);

    [Fact]
    public void Every_other_file_is_named_somewhere() => Expect.CleanTree(UsageRules.UnnamedFiles);
}
