// Each C# rule reports a bad sample at its line and accepts a good one. The samples are small sources in raw strings; they
// only have to parse, so that a sample shows its mistake and nothing else.
namespace Managarm.Perf.Repository.Tests;

/// <summary>The rules for C# files can fail.</summary>
public sealed class CSharpRulesTests
{
    private const string path = "Core/Sample.cs";

    [Theory]
    [InlineData("namespace A;\n")]
    [InlineData("\n// A comment that comes too late. It has two sentences.\n")]
    [InlineData("/// <summary>A documentation comment is no header, however long it may turn out to be here.</summary>\n")]
    [InlineData("// Too short.\nnamespace A;\n")]
    [InlineData("//\n//\n")]
    public void A_missing_or_short_header_is_reported(string text) => Expect.One(CSharpRules.Header(Sample(text)), path, 1);

    [Theory]
    [InlineData("// What it is. Why it is so.\nnamespace A;\n")]
    [InlineData("// One sentence that is long enough to say what the thing is,\n// what its rules are, and why it is so\n")]
    public void A_header_is_accepted(string text) => Assert.Empty(CSharpRules.Header(Sample(text)));

    [Theory]
    [InlineData("class Sample\n{\n    [A]\n    void M()\n    {\nBODY    }\n}\n", 4)]
    [InlineData("class Sample\n{\n    int P\n    {\n        get\n        {\nBODY        }\n    }\n}\n", 5)]
    [InlineData("class Sample\n{\n    Sample()\n    {\nBODY    }\n}\n", 3)]
    public void A_long_function_is_reported(string text, int line)
    {
        Expect.One(CSharpRules.FunctionLength(WithBody(text, CSharpRules.FunctionLinesMax - 2)), path, line);
        Assert.Empty(CSharpRules.FunctionLength(WithBody(text, CSharpRules.FunctionLinesMax - 3)));
    }

    [Theory]
    [InlineData("Core/Sample.cs")]
    [InlineData("Bench/Deep/Sample.cs")]
    public void A_long_shipping_file_is_reported(string name)
    {
        Expect.One(CSharpRules.FileLength(WithLines(name, CSharpRules.FileLinesMax + 1)), name, 1);
        Assert.Empty(CSharpRules.FileLength(WithLines(name, CSharpRules.FileLinesMax)));
    }

    [Theory]
    [InlineData("tests/Core.Tests/SampleTests.cs")]
    [InlineData("Core/sample.txt")]
    public void What_does_not_ship_may_be_long(string name) =>
        Assert.Empty(CSharpRules.FileLength(WithLines(name, CSharpRules.FileLinesMax + 1)));

    [Theory]
    [InlineData("class Other;\n", 1)]
    [InlineData("namespace A;\n\npublic enum Other;\npublic class Sample;\n", 3)]
    [InlineData("// Nothing here\n", 1)]
    public void A_wrong_file_name_is_reported(string text, int line) =>
        Expect.One(CSharpRules.FileName(Sample(text)), path, line);

    [Fact]
    public void A_name_of_many_that_not_all_are_is_reported() => Expect.One(
        CSharpRules.FileName(new SourceFile("Core/Deletions.cs", "class CallDeletion;\nclass Other;\n")), "Core/Deletions.cs", 1);

    [Theory]
    [InlineData("Core/Sample.cs", "class Sample;\n")]
    [InlineData("Core/Sample.cs", "namespace A\n{\n    struct Sample<T>;\n    public class Other;\n}\n")]
    [InlineData("Core/Sample.Part.cs", "partial struct Sample;\n")]
    [InlineData("Core/Sample.cs", "public delegate void Sample();\n")]
    [InlineData("Core/GlobalUsings.cs", "global using System;\n")]
    [InlineData("Core/Deletions.cs", "class CallDeletion;\nclass Deletion;\n")]
    public void A_right_file_name_is_accepted(string name, string text) =>
        Assert.Empty(CSharpRules.FileName(new SourceFile(name, text)));

    [Theory]
    [InlineData("namespace A;\nclass Sample;\n")]
    [InlineData("namespace B;\n\nclass Sample;\n")]
    [InlineData("namespace B;\n\npartial class Sample;\n")]
    public void A_duplicate_type_is_reported(string text)
    {
        SourceFile[] files = [new("Core/First.cs", "namespace A;\npartial class Sample;\n"), Sample(text)];
        Assert.Equal(path, Assert.Single(CSharpRules.DuplicateTypes(files)).Path);
    }

    [Theory]
    [InlineData("namespace A;\npartial class Sample;\n")]
    [InlineData("namespace A;\nclass Sample<T>;\n")]
    [InlineData("namespace A;\nfile class Sample;\n")]
    public void A_part_and_another_arity_are_accepted(string text)
    {
        SourceFile[] files = [new("Core/First.cs", "namespace A;\npartial class Sample;\n"), Sample(text)];
        Assert.Empty(CSharpRules.DuplicateTypes(files));
    }

    [Theory]
    [InlineData("class Sample;\n")]
    [InlineData("static class Sample\n{\n    static void Go(this int value) { }\n}\n")]
    public void An_unused_type_is_reported(string text)
    {
        SourceFile[] files = [Sample(text), Application("// Only a comment names Sample.")];
        Expect.One(CSharpRules.UnusedFiles(files), path, 1);
    }

    [Theory]
    [InlineData("class Sample;\n", "Sample s;")]
    [InlineData("class SampleAttribute;\n", "[Sample] int x;")]
    [InlineData("static class Sample\n{\n    static void Go(this int value) { }\n}\n", "void M() => 1.Go();")]
    [InlineData("class Sample\n{\n    [LinuxFact]\n    void M() { }\n}\n", "")]
    public void A_used_type_is_accepted(string text, string use)
    {
        Assert.Empty(CSharpRules.UnusedFiles([Sample(text), Application(use)]));
    }

    [Theory]
    [InlineData("lock (this) { }")]
    [InlineData("var f = () => 1;")]
    [InlineData("var f = static (int x) => x;")]
    [InlineData("var f = delegate { };")]
    [InlineData("var q = from x in y select x;")]
    public void A_banned_statement_of_the_model_is_reported(string statement)
    {
        var text = $"class Sample\n{{\n    void M()\n    {{\n        {statement}\n    }}\n}}\n";
        Expect.One(CSharpRules.ModelLanguage(Sample(text)), path, 5);
        Assert.Empty(CSharpRules.ModelLanguage(new SourceFile("Fuzz/Sample.cs", text)));
    }

    [Theory]
    [InlineData("volatile int x;")]
    [InlineData("async void M() { }")]
    [InlineData("async Task M() { }")]
    [InlineData("static async ValueTask<int> M() => 1;")]
    [InlineData("async System.Threading.Tasks.Task M() { }")]
    [InlineData("~Sample() { }")]
    public void A_banned_member_of_the_model_is_reported(string member) =>
        Expect.One(CSharpRules.ModelLanguage(Sample($"class Sample\n{{\n    {member}\n}}\n")), path, 3);

    [Fact]
    public void A_kernel_task_of_the_model_is_accepted() =>
        Assert.Empty(CSharpRules.ModelLanguage(Sample("class Sample\n{\n    async ModelTask<int> M() => 1;\n}\n")));

    [Fact]
    public void A_suppression_without_a_reason_is_reported()
    {
        Expect.One(CSharpRules.SuppressionReasons(Sample("\n#pragma warning disable RS0030\n")), path, 2);
        Assert.Empty(CSharpRules.SuppressionReasons(Sample("#pragma warning disable RS0030 // the host's atomics live here\n")));
    }

    [Fact]
    public void An_empty_catch_is_reported()
    {
        const string text = "class Sample\n{\n    void M()\n    {\n        try { }\n        catch { COMMENT}\n    }\n}\n";
        Expect.One(CSharpRules.EmptyCatches(Sample(text.Replace("COMMENT", ""))), path, 6);
        Assert.Empty(CSharpRules.EmptyCatches(Sample(text.Replace("COMMENT", "\n// gone already\n"))));
    }

    private static SourceFile Application(string member) =>
        new("Fuzz/Application.cs", $"class Application\n{{\n    static void Main() {{ }}\n    {member}\n}}\n");

    private static SourceFile WithLines(string name, int lines) =>
        new(name, string.Concat(Enumerable.Repeat("// A line.\n", lines)));

    private static SourceFile Sample(string text) => new(path, text);

    private static SourceFile WithBody(string text, int lines) =>
        Sample(text.Replace("BODY", string.Concat(Enumerable.Repeat("        ;\n", lines))));
}
