// The comparison with ObjectLayoutInspector is compiled only where a feed carries that package, so it could rot unseen. Here it
// is compiled against declarations of the members that it uses: their names and types are those of the package's version in
// Directory.Packages.props.
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;

namespace Managarm.Perf.Repository.Tests;

/// <summary>The second source of the command layout.</summary>
public sealed class LayoutInspectorTests
{
    private const string declarations = """
        namespace ObjectLayoutInspector
        {
            public class FieldLayoutBase { public int Offset => 0; public int Size => 0; }
            public class FieldLayout : FieldLayoutBase { public System.Reflection.FieldInfo FieldInfo => null!; }
            public class TypeLayout
            {
                public int Size => 0;
                public FieldLayoutBase[] Fields => [];
                public static TypeLayout GetLayout(System.Type type) => null!;
            }
        }
        """;

    private static readonly string[] usings = ["System", "System.Collections.Generic", "System.IO", "System.Linq"];

    [Fact]
    public void The_adapter_compiles_against_the_members_that_it_uses() => Assert.Empty(Errors(declarations));

    [Fact]
    public void A_member_that_has_gone_is_noticed() =>
        Assert.NotEmpty(Errors(declarations.Replace("GetLayout", "FindLayout", StringComparison.Ordinal)));

    private static string[] Errors(string package)
    {
        var options = new CSharpParseOptions(LanguageVersion.Preview, preprocessorSymbols: ["USE_OBJECT_LAYOUT_INSPECTOR"]);
        string globals = string.Concat(usings.Select(name => $"global using {name};\n"));
        string[] files = ["StructureFinder", "LayoutMeter", "LayoutReport", "ObjectLayoutInspectorSource", "TypeName"];
        IEnumerable<string> sources = files.Select(name => Text($"Bench/Layout/{name}.cs")).Concat([globals, package]);
        var compilation = CSharpCompilation.Create(
            "adapter",
            sources.Select(source => CSharpSyntaxTree.ParseText(source, options)),
            References(),
            new CSharpCompilationOptions(
                OutputKind.DynamicallyLinkedLibrary, allowUnsafe: true, nullableContextOptions: NullableContextOptions.Enable));
        return [.. compilation.GetDiagnostics().Where(each => each.Severity == DiagnosticSeverity.Error)
            .Select(each => each.ToString())];
    }

    private static string Text(string path) => RepositoryTree.Files.Single(file => file.Path == path).Text;

    private static IEnumerable<MetadataReference> References()
    {
        var framework = ((string)AppContext.GetData("TRUSTED_PLATFORM_ASSEMBLIES")!).Split(Path.PathSeparator);
        var own = Directory.GetFiles(
            Path.Combine(RepositoryTree.Root, "artifacts/bin/Managarm.Perf.Bench"), "Managarm.Perf.Core.dll",
            SearchOption.AllDirectories);
        return framework.Append(own[0]).Select(path => MetadataReference.CreateFromFile(path));
    }
}
