// What counts as a scenario file: encodings, sizes, things that are no files. Whatever is wrong is an error with a place.

using System.Text;
using Managarm.Perf.Corpus.Store;
using Managarm.Perf.Corpus.Text;

namespace Managarm.Perf.Corpus.Tests.Store;

public sealed class ScenarioSourceTests
{
    private static readonly byte[] Call = Encoding.ASCII.GetBytes("A: pause()\n");

    [Fact]
    public void A_byte_order_mark_is_passed_over()
    {
        var source = SourceFiles.Read([0xEF, 0xBB, 0xBF, .. Call]);
        Assert.True(source.IsValid);
        Assert.True(source.HasMark);
        Assert.Equal("A: pause()\n", source.Text);
        Assert.False(SourceFiles.Read(Call).HasMark);
    }

    [Theory]
    [InlineData("x.scn:1:1: the file is UTF-16; save it as UTF-8", new byte[] { 0xFF, 0xFE, 0x41, 0 })]
    [InlineData("x.scn:1:1: the file is UTF-16; save it as UTF-8", new byte[] { 0xFE, 0xFF, 0, 0x41 })]
    [InlineData("x.scn:2:3: the byte 0xE9 is not UTF-8", new byte[] { 0x0A, 0x23, 0x20, 0xE9, 0x74 })]
    [InlineData("x.scn:1:3: the byte 0xED is not UTF-8", new byte[] { 0x23, 0x20, 0xED, 0xA0, 0x80 })]
    [InlineData("x.scn:1:4: the byte 0xF0 is not UTF-8", new byte[] { 0x23, 0xC3, 0xA9, 0x20, 0xF0, 0x9F })]
    [InlineData("x.scn:1:1: the control character U+0000, which is not allowed in comments either", new byte[] { 0 })]
    public void Bytes_that_are_no_text_are_refused_with_their_place(string error, byte[] bytes)
    {
        var source = SourceFiles.Read(bytes);
        Assert.Equal(error, Assert.Single(source.Errors).ToString());
        Assert.False(source.IsValid);
    }

    [Fact]
    public void A_file_may_be_as_long_as_the_limit_and_a_line_as_long_as_the_file()
    {
        var bytes = new byte[ScenarioParser.MaximumLength];
        bytes.AsSpan().Fill((byte)' ');
        Call.CopyTo(bytes.AsSpan(bytes.Length - Call.Length));
        Assert.True(SourceFiles.Read(bytes).IsValid);
        Assert.Equal("x.scn:1:1: the file has more than 262144 bytes", SourceFiles.Read([.. bytes, 0x0A]).Errors[0].ToString());
    }

    [Fact]
    public void What_is_no_file_is_reported_without_a_place()
    {
        var parser = new ScenarioParser();
        var directory = Path.GetTempPath();
        ScenarioError isDirectory = Assert.Single(ScenarioSource.Read(parser, directory).Errors);
        Assert.Equal($"{directory}: this is a directory", isDirectory.ToString());
        var missing = Path.Combine(directory, Guid.NewGuid().ToString("n"));
        var error = Assert.Single(ScenarioSource.Read(parser, missing).Errors);
        Assert.Equal($"{missing}: no such file", error.ToString());
        Assert.Equal(ScenarioErrorCode.Unreadable, error.Code);
    }
}
