// The rules of folders on samples: a namespace that is elsewhere, an edge that points up, a folder without a layer. Each can
// fail, and says where.
namespace Managarm.Perf.Repository.Tests;

/// <summary>Tests of <see cref="FolderRules"/>.</summary>
public sealed class FolderRulesTests
{
    [Theory]
    [InlineData("Core/Ipc/Lane.cs", "Managarm.Perf.Core.Ipc", true)]
    [InlineData("Core/Ipc/Lane.cs", "Managarm.Perf.Core", false)]
    [InlineData("tests/Core.Tests/Ipc/LaneTests.cs", "Managarm.Perf.Core.Tests.Ipc", true)]
    [InlineData("tests/Core.Tests/Ipc/LaneTests.cs", "Managarm.Perf.Core.Ipc", false)]
    public void A_namespace_is_that_of_its_folder(string path, string name, bool isRight)
    {
        var file = new SourceFile(path, $"// Header.\nnamespace {name};\ninternal sealed class Lane;\n");
        Assert.Equal(isRight, !FolderRules.Namespaces(file).Any());
    }

    [Fact]
    public void A_layer_of_Fuzz_uses_only_what_is_below()
    {
        SourceFile[] files =
        [
            new("Fuzz/Findings/A.cs", "namespace Managarm.Perf.Fuzz.Findings;\n"),
            new("Fuzz/Campaigns/B.cs", "using Managarm.Perf.Fuzz.Findings;\nnamespace Managarm.Perf.Fuzz.Campaigns;\n"),
        ];
        Assert.Empty(FolderRules.FuzzLayers(files));
        var upwards = new SourceFile("Fuzz/Findings/A.cs", "using System;\nusing Managarm.Perf.Fuzz.Campaigns;\n");
        Expect.One(FolderRules.FuzzLayers([upwards, files[1]]), "Fuzz/Findings/A.cs", 2);
        Expect.One(FolderRules.FuzzLayers([new("Fuzz/Unknown/C.cs", "// none\n")]), "Fuzz/Unknown/C.cs", 1);
    }

    [Fact]
    public void The_table_names_what_is_used()
    {
        string table = FolderRules.Table(
        [
            new("Core/Ipc/A.cs", "using Managarm.Perf.Core.Memory;\nnamespace Managarm.Perf.Core.Ipc;\nclass A;\nclass B;\n"),
            new("Core/Memory/C.cs", "namespace Managarm.Perf.Core.Memory;\nclass C;\n"),
        ]);
        Assert.Contains("| `Core/Ipc` | Memory |", table, StringComparison.Ordinal);
        Assert.Contains("| `Core/Memory` | |", table, StringComparison.Ordinal);
    }
}
