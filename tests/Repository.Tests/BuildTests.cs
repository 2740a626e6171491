// What a build does beside compiling is decided by a few properties, which MSBuild is asked for here: analyzers run in CI and on
// request and cost nobody else's time, and a tree that was built without them is not taken for analyzed.
using System.Text.Json;

namespace Managarm.Perf.Repository.Tests;

/// <summary>Properties and items of the build.</summary>
public sealed class BuildTests
{
    private const string smallProject = "Results/Managarm.Perf.Results.csproj";
    private const string fuzzTests = "tests/Fuzz.Tests/Managarm.Perf.Fuzz.Tests.csproj";

    [Theory]
    [InlineData("", "false")]
    [InlineData("-p:Analyze=true", "")]
    [InlineData("-p:CI=true", "")]
    public void Analyzers_run_in_CI_and_on_request(string request, string duringBuild)
    {
        var (properties, inputs) = Evaluate(
            smallProject, request, "-getProperty:RunAnalyzersDuringBuild,Analyze", "-getItem:CoreCompileCache",
            "-t:AnalyzersAreAnInput");
        Assert.Equal(duringBuild, properties.GetProperty("RunAnalyzersDuringBuild").GetString());
        var analyze = properties.GetProperty("Analyze").GetString();
        Assert.Contains($"Analyze={analyze}", Identities(inputs, "CoreCompileCache"));
        Assert.Equal(duringBuild.Length == 0, analyze == "true");
    }

    // The tutorial has its reader write Servers/Protocols/Naive.cs, which is also what its test compiles.
    [Fact]
    public void The_protocol_of_the_tutorial_does_not_clash_with_that_of_its_test()
    {
        const string own = "Tutorial/Naive.cs";
        var (_, before) = Evaluate(fuzzTests, "-getItem:Compile", "-getProperty:Nothing");
        var (_, after) = Evaluate(fuzzTests, "-getItem:Compile", "-getProperty:Nothing", "-p:TutorialProtocol=Program.cs.none");
        var (_, there) = Evaluate(fuzzTests, "-getItem:Compile", "-getProperty:Nothing", $"-p:TutorialProtocol={own}");
        Assert.Contains(own, Identities(before, "Compile"));
        Assert.Contains(own, Identities(after, "Compile"));
        Assert.DoesNotContain(own, Identities(there, "Compile"));
    }

    private static (JsonElement Properties, JsonElement Items) Evaluate(string project, params string[] arguments)
    {
        string[] all = ["msbuild", project, .. arguments.Where(argument => argument.Length > 0)];
        var result = ToolProcess.Run(RepositoryTree.Root, "dotnet", all);
        Assert.True(result.ExitCode == 0, result.Output + result.Error);
        using var document = JsonDocument.Parse(result.Output);
        var root = document.RootElement.Clone();
        return (root.GetProperty("Properties"), root.GetProperty("Items"));
    }

    private static string[] Identities(JsonElement items, string name) =>
        [.. items.GetProperty(name).EnumerateArray()
            .Select(item => item.GetProperty("Identity").GetString()!.Replace('\\', '/'))];
}
